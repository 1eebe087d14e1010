// Of every component of ours whose buttons do something: a click becomes an event (act, value, what was filled in).
const said = (button) => {
  const form = button.closest("[data-form]");
  if (!form) return {};
  return Object.fromEntries([...form.querySelectorAll("input[name], select[name]")].map((field) => [field.name, field.value]));
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button || !element.contains(button)) return;
  event.preventDefault();
  const { act, value, prompt, now, confirm } = button.dataset;
  const filled = said(button);
  if (confirm && !window.confirm(confirm)) return;
  if (prompt) {
    const text = window.prompt(prompt, now || "");
    if (text === null) return;
    filled.text = text;
  }
  trigger("click", { act, value: value || "", said: filled });
});
