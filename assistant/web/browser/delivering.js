// Hands what the server made to the user: as a file to save, or into the clipboard (nothing stays on the server's disk);
// and says that what a button asked for is done.
const save = ({ name, type, text }) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that are not served over HTTPS have no clipboard of that kind.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
};
watch("value", () => {
  const given = props.value;
  if (given && given.to === "file") save(given);
  if (given && given.to === "clipboard") copy(given.text);
  if (given && given.to === "asking") document.dispatchEvent(new CustomEvent("asked-for", { detail: given.text }));
  document.dispatchEvent(new Event("acted"));
});
