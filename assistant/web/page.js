() => {
  const panel = () => document.querySelector("#sources");
  const show = (turn) => {
    panel().querySelectorAll(".turn").forEach((s) => s.classList.toggle("shown", s.dataset.turn === turn));
  };
  const latest = () => {
    const turns = [...panel().querySelectorAll(".turn")];
    if (turns.length && !turns.some((s) => s.classList.contains("shown"))) show(turns[turns.length - 1].dataset.turn);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="#cite-"]');
    if (!link) return;
    event.preventDefault();
    const [turn, number, statement] = link.getAttribute("href").split("#cite-")[1].split("-");
    show(turn);
    document.querySelectorAll("a.cite.active").forEach((a) => a.classList.remove("active"));
    link.classList.add("active");
    panel().querySelectorAll("mark.lit").forEach((m) => m.classList.remove("lit"));
    const card = document.getElementById(`card-${turn}-${number}`);
    if (!card) return;
    card.open = true;
    const marks = card.querySelectorAll(`mark.s${statement}`);
    marks.forEach((m) => m.classList.add("lit"));
    (marks[0] || card).scrollIntoView({ behavior: "smooth", block: "center" });
  }, true);
  new MutationObserver(() => { if (panel()) latest(); }).observe(document.body, { childList: true, subtree: true });
}
