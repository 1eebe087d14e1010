() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName || "");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 800px)");

  // --- asking -------------------------------------------------------------------------------------------------
  const ask = (text) => {
    const tab = all('[role="tab"]').find((one) => one.textContent.trim() === "Chat");
    tab?.click();
    const field = $("#question textarea");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => ($("button#ask") || $("#ask button")).click(), 60);
  };

  // --- sources: one answer's cards are shown; a number opens its card and flashes its words ---------------------
  const show = (turn) => all("#sources .sources-of").forEach((one) => one.classList.toggle("shown", one.dataset.turn === turn));
  let newest = "";
  const latest = () => {
    const turns = all("#sources .sources-of").map((one) => Number(one.dataset.turn));
    const last = turns.length ? String(Math.max(...turns)) : "";
    const stale = turns.length && !$("#sources .sources-of.shown");
    if (last !== newest || stale) show(last);
    newest = last;
  };
  const raise = (up) => document.body.classList.toggle("sourced", up);
  const flash = (marks, card) => {
    all("#sources .lit").forEach((one) => one.classList.remove("lit"));
    marks.forEach((one) => one.classList.add("lit"));
    raise(true);
    const target = marks[0] || card;
    const panel = $("#sources");
    const off = target.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    panel.scrollBy({ top: off, behavior: calm ? "auto" : "smooth" });
  };
  const lead = (link) => {
    const { turn, number, statement } = link.dataset;
    show(turn);
    all("a.cite.active").forEach((one) => one.classList.remove("active"));
    link.classList.add("active");
    const card = document.getElementById(`card-${turn}-${number}`);
    if (!card) return;
    card.open = true;
    flash(all(`mark.s${statement}`, card), card);
  };

  // --- selected text of an answer leads to the abstract sentence that is closest to it --------------------------
  const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) || [];
  const closest = () => {
    const chosen = getSelection();
    const text = String(chosen);
    const answer = chosen.anchorNode?.parentElement?.closest?.(".answer");
    if (!answer || text.trim().length < 4) return;
    const wanted = new Set(words(text));
    show(answer.closest(".turn").dataset.turn);
    const sentences = new Map();
    all("#sources .sources-of.shown .abstract [data-s]").forEach((part) => {
      const card = part.closest(".card");
      const key = card.id + "/" + part.dataset.s;
      if (!sentences.has(key)) sentences.set(key, { card, parts: [], words: [] });
      sentences.get(key).parts.push(part);
      sentences.get(key).words.push(...words(part.textContent));
    });
    const seen = new Map();
    sentences.forEach((one) => new Set(one.words).forEach((word) => seen.set(word, (seen.get(word) || 0) + 1)));
    let best = null;
    sentences.forEach((one) => {
      const has = new Set(one.words);
      let score = 0;
      wanted.forEach((word) => { if (has.has(word)) score += Math.log(1 + sentences.size / seen.get(word)); });
      score /= 1 + 0.002 * one.words.length;
      if (score > 0 && (!best || score > best.score)) best = { ...one, score };
    });
    if (!best) return;
    best.card.open = true;
    flash(best.parts, best.card);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target : document.body;
    const link = target.closest("a.cite");
    if (link) { event.preventDefault(); lead(link); return; }
    const question = target.closest("[data-ask]");
    if (question) { event.preventDefault(); ask(question.dataset.ask); return; }
    const turn = target.closest("#chat .turn");
    if (turn) show(turn.dataset.turn);
    if (target.closest("[data-sources]")) raise(Boolean(turn));
    else if (!target.closest("#sources")) raise(false);
    const fold = target.closest("[data-conversing]");
    if (fold) fold.setAttribute("aria-expanded", document.body.classList.toggle("conversing"));
  }, true);
  document.addEventListener("mouseup", () => setTimeout(closest, 0));
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-asks]");
    if (!form) return;
    event.preventDefault();
    ask($("input", form).value);
  }, true);

  // --- keys: / question, j k sentences, Enter its source, Esc back ----------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      raise(false);
      document.body.classList.add("no-tips");
      document.activeElement?.blur?.();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
    const focused = document.activeElement;
    if (event.key === "/") { event.preventDefault(); $("#question textarea")?.focus(); }
    if (event.key === "j" || event.key === "k") {
      const sentences = all("#chat .statement");
      const at = sentences.indexOf(focused.closest?.(".statement"));
      const last = all("#live .statement")[0];
      const next = at < 0 ? (last || sentences[0]) : sentences[at + (event.key === "j" ? 1 : -1)];
      if (next) { event.preventDefault(); document.body.classList.remove("no-tips"); next.focus(); next.scrollIntoView({ block: "nearest" }); }
    }
    if (event.key === "Enter" && focused.matches?.(".statement")) {
      const link = $("a.cite", focused);
      if (link) { event.preventDefault(); lead(link); }
    }
  });
  document.addEventListener("mouseover", (event) => {
    if (event.target.closest?.(".statement")) document.body.classList.remove("no-tips");
  });

  // --- what changes by itself: the newest sources, seconds that pass, the end of the chat -------------------------
  let began = 0;
  let asked = "";
  const tick = () => {
    const clock = $("#live .working .elapsed");
    if (!clock) { began = 0; return; }
    began = began || performance.now();
    clock.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`;
  };
  setInterval(tick, 100);
  // The turn in hand stands at the top while it comes, whatever changes above it, until the user moves.
  let held = false;
  for (const moved of ["wheel", "touchmove", "pointerdown", "keydown"]) addEventListener(moved, () => { held = false; }, { capture: true, passive: true });
  const follow = () => {
    const chat = $("#chat");
    const last = $("#live .turn") || all("#chat .turn").pop();
    if (!last) return;
    if (last.dataset.turn !== asked) {
      asked = last.dataset.turn;
      held = true;
      raise(false);
    }
    if (!held) return;
    if (narrow.matches) scrollBy(0, last.getBoundingClientRect().top - 8);
    else chat.scrollTop += last.getBoundingClientRect().top - chat.getBoundingClientRect().top - 12;
    held = !last.dataset.key;
  };
  // The address has the conversation in hand, so that it is there again when the page is loaded again.
  const address = () => {
    const current = $("#conversations nav")?.dataset.current;
    const here = new URL(location.href);
    if (current === undefined || (here.searchParams.get("conversation") || "") === current) return;
    if (current) here.searchParams.set("conversation", current);
    else here.searchParams.delete("conversation");
    history.replaceState(history.state, "", here);
  };
  // The chat is as high as the window leaves room for.
  const fit = () => {
    const above = $("#chat-row").getBoundingClientRect().top + scrollY;
    if (above > 0) $(".gradio-container").style.setProperty("--above", `${Math.round(above) + 10}px`);
  };
  addEventListener("resize", fit);
  // Gradio leaves some of what it makes without a name that a screen reader could say.
  const name = () => {
    all("button:not([aria-label])").forEach((one) => { if (!one.textContent.trim()) one.setAttribute("aria-label", one.title || "More"); });
    const more = $(".overflow-menu > button");
    if (more && more.getAttribute("aria-label") !== "More tabs") more.setAttribute("aria-label", "More tabs");
    all('input[type="file"]:not([aria-label])').forEach((one) => one.setAttribute("aria-label", "Files to add"));
  };
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; fit(); latest(); follow(); address(); name(); });
  }).observe(document.body, { childList: true, subtree: true });
  document.documentElement.lang = document.documentElement.lang || "en";
  fit();
  latest();
  name();
}
