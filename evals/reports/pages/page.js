const search = document.getElementById("search");
if (search) {
  const tag = document.getElementById("tag");
  const failing = document.getElementById("failing");
  const count = document.getElementById("count");
  const cases = [...document.querySelectorAll("details.case")];
  const words = cases.map((item) => item.textContent.toLowerCase());
  const show = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    cases.forEach((item, place) => {
      const fits =
        words[place].includes(wanted) &&
        (!tag.value || item.dataset.tags.split("|").includes(tag.value)) &&
        (!failing.checked || item.dataset.wrong !== "0");
      item.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${cases.length}`;
  };
  for (const input of [search, tag, failing]) input.addEventListener("input", show);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  show();
}
