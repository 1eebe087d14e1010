// Of every component of ours whose buttons do something: a click becomes an event (act, value, what was filled in).
// One after the other: of events that overlap, Gradio loses what came back. A fault is waited for no longer than this.
const PATIENCE = 10000;
const inLine = (window.inLine ||= (() => {
  const waiting = [];
  let busy = 0;
  const next = () => {
    const act = waiting.shift();
    busy = act ? performance.now() + PATIENCE : 0;
    if (act) act();
  };
  document.addEventListener("acted", next);
  return (act) => {
    waiting.push(act);
    if (performance.now() > busy) next();
  };
})());
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
  inLine(() => trigger("click", { act, value: value || "", said: filled }));
});
