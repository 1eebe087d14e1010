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
const filled = (button) => {
  const fields = button.closest("[data-form]")?.querySelectorAll("input[name], select[name]") || [];
  const said = Object.fromEntries([...fields].map((field) => [field.name, field.value]));
  return { style: localStorage.getItem("style") || "", view: document.body.dataset.view || "chat", ...said };
};
const send = (button, more = {}) => {
  const { act, value, selected } = button.dataset;
  const chosen = selected === undefined ? value : [...element.querySelectorAll("[name=paper]:checked")].map((one) => one.value).join("\n");
  inLine(() => trigger("click", { act, value: chosen || "", said: { ...filled(button), ...more } }));
};
// A title is changed where it stands: Enter keeps the new one, Esc the old one.
const edit = (button) => {
  const item = button.closest(".item");
  const field = document.createElement("input");
  field.value = button.dataset.edit;
  field.setAttribute("aria-label", "New title of the conversation");
  // To take the field away is to leave it, too.
  let closed = false;
  const close = (keep) => {
    if (closed || !field.isConnected) return;
    closed = true;
    if (keep && field.value.trim()) send(button, { text: field.value });
    item.classList.remove("editing");
    field.remove();
    item.querySelector(".title").focus();
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Escape") close(event.key === "Enter");
  });
  field.addEventListener("blur", () => close(true));
  item.classList.add("editing");
  item.prepend(field);
  field.select();
};
// What cannot be undone is asked for once more, in a dialog of the page.
const confirmed = (button, then) => {
  const dialog = document.createElement("dialog");
  const text = document.createElement("p");
  text.textContent = button.dataset.confirm;
  const form = document.createElement("form");
  form.method = "dialog";
  for (const [label, value] of [["Cancel", ""], [button.dataset.confirmYes, "yes"]]) {
    const choice = document.createElement("button");
    choice.className = value ? "act danger" : "act";
    choice.value = value;
    choice.textContent = label;
    form.append(choice);
  }
  dialog.append(text, form);
  dialog.className = "asking";
  dialog.setAttribute("aria-label", button.dataset.confirmYes);
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") then();
    dialog.remove();
  });
  document.querySelector(".gradio-container .contain").append(dialog);
  dialog.showModal();
};
element.addEventListener("change", (event) => {
  if (event.target.matches("select[data-act]")) send(event.target, { text: event.target.value });
});
element.addEventListener("submit", (event) => { if (event.target.matches("[data-selecting]")) event.preventDefault(); });
// Enter in a field presses the main button of a form that says so, or the first one.
element.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-enter] input")) return;
  event.preventDefault();
  const form = event.target.closest("[data-enter]");
  (form.querySelector(".go") || form.querySelector("[data-act]"))?.click();
});
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]:not(select)");
  if (!button || !element.contains(button)) return;
  event.preventDefault();
  if (button.dataset.edit !== undefined) edit(button);
  else if (button.dataset.confirm) confirmed(button, () => send(button));
  else send(button);
});
