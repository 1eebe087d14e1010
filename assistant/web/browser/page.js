() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName || "");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const body = document.body;

  // --- views: one is shown at a time; the server may ask for one --------------------------------------------------
  const go = (view) => {
    body.dataset.view = view;
    all("#added [data-here]").forEach((one) => one.remove());
    body.classList.remove("railed");
    raise(false);
    current();
  };
  const current = () => {
    const view = body.dataset.view || "chat";
    const fresh = !$("#chat .turn");
    all(".nav .way").forEach((way) => {
      const on = way.dataset.value === view || (way.dataset.value === "new" && view === "chat" && fresh);
      if (on) way.setAttribute("aria-current", "page"); else way.removeAttribute("aria-current");
    });
  };
  let wanted = "";
  const serverView = () => {
    const given = $("#view [data-view]");
    if (!given || given.dataset.at === wanted) return;
    wanted = given.dataset.at;
    go(given.dataset.view);
  };

  // --- preferences of this browser --------------------------------------------------------------------------------
  const prefer = (name, value) => {
    if (value) localStorage.setItem(name, value); else localStorage.removeItem(name);
    apply();
  };
  const apply = () => {
    const theme = localStorage.getItem("theme");
    if (theme) body.classList.toggle("dark", theme === "dark");
    document.documentElement.style.colorScheme = body.classList.contains("dark") ? "dark" : "light";
    all("[data-preference]").forEach((field) => {
      const kept = localStorage.getItem(field.dataset.preference);
      const offered = [...field.options].some((option) => option.value === kept);
      if (offered && field.value !== kept) field.value = kept;
    });
  };

  // --- asking -------------------------------------------------------------------------------------------------
  const ask = (text) => {
    go("chat");
    const field = $("#question textarea");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => $("#ask").click(), 60);
  };

  document.addEventListener("asked-for", (event) => ask(event.detail));

  // --- files: our drop zones hand them to Gradio's --------------------------------------------------------------
  const add = (files, to = "upload") => {
    const most = Number($("[data-megabytes]")?.dataset.megabytes || 0);
    const large = [...files].find((file) => file.size > most * 1e6);
    const field = $(`#${to} input[type="file"]`);
    if (!files.length || !field) return;
    go("library");
    const report = $("#added .html-container > *") || $("#added");
    if (large) {
      const told = document.createElement("p");
      told.className = "warning";
      told.dataset.here = "";
      told.setAttribute("role", "alert");
      told.textContent = `${large.name} is larger than ${most} MB. Split it, or ask whoever runs this server.`;
      report.replaceChildren(told);
      return;
    }
    field.files = files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  // A folder is the files in it, as for `assistant add FOLDER`; hidden ones are left out.
  const within = async (entry) => {
    if (entry.name.startsWith(".")) return [];
    if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
    const reader = entry.createReader();
    const files = [];
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return files;
      for (const one of some) files.push(...await within(one));
    }
  };
  const dropped = async (transfer) => {
    // The browser tells the entries only before the first wait.
    const files = transfer.files;
    const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) { add(files); return; }
    const found = new DataTransfer();
    for (const entry of entries) for (const file of await within(entry)) found.items.add(file);
    add(found.files);
  };

  // --- sources: one answer's cards are shown; a number opens its card and flashes its words ---------------------
  const show = (turn) => all("#sources .sources-of").forEach((one) => one.classList.toggle("shown", one.dataset.turn === turn));
  let newest = "";
  const latest = () => {
    const turns = all("#sources .sources-of").map((one) => Number(one.dataset.turn));
    const last = turns.length ? String(Math.max(...turns)) : "";
    const stale = turns.length && !$("#sources .sources-of.shown");
    if (last !== newest || stale) {
      show(last);
      const first = $("#live a.cite");
      if (first && first.dataset.turn === last) first.classList.add("active");
    }
    newest = last;
  };
  const raise = (up) => body.classList.toggle("sourced", up);
  const flash = (marks, card) => {
    all("#sources .lit").forEach((one) => one.classList.remove("lit"));
    marks.forEach((one) => one.classList.add("lit"));
    raise(true);
    const target = marks[0] || card;
    const panel = $("#sources");
    const off = target.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
    panel.scrollBy({ top: off, behavior: calm ? "auto" : "smooth" });
  };
  const open = (card) => {
    all(".card[open]", card.parentElement).forEach((one) => { one.open = one === card; });
    card.open = true;
  };
  let origin = null;
  const lead = (link, byKey = false) => {
    const { turn, number, statement } = link.dataset;
    show(turn);
    all("a.cite.active").forEach((one) => one.classList.remove("active"));
    link.classList.add("active");
    const card = document.getElementById(`card-${turn}-${number}`);
    if (!card) return;
    open(card);
    flash(all(`mark.s${statement}`, card), card);
    origin = byKey ? document.activeElement : link;
    if (byKey) $("summary", card).focus({ preventScroll: true });
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
    open(best.card);
    flash(best.parts, best.card);
  };

  const folded = (target) => all("details.menu[open]").forEach((one) => { if (!one.contains(target)) one.open = false; });
  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target : body;
    folded(target);
    const chosen = target.closest(".menu .choice, .menu .row, .menu .line button");
    if (chosen) setTimeout(() => { chosen.closest(".menu").open = false; }, 0);
    if (target.closest(".choice")) setTimeout(() => body.classList.remove("railed"), 0);
    const link = target.closest("a.cite");
    if (link) { event.preventDefault(); lead(link, event.detail === 0); return; }
    const question = target.closest("[data-ask]");
    if (question) { event.preventDefault(); ask(question.dataset.ask); return; }
    const way = target.closest("[data-go]");
    if (way) go(way.dataset.go);
    if (target.closest("[data-theme]")) prefer("theme", body.classList.contains("dark") ? "light" : "dark");
    const dialog = target.closest("[data-dialog]");
    if (dialog) document.getElementById(dialog.dataset.dialog)?.showModal();
    const turn = target.closest("#chat .turn");
    all("#chat .turn.at").forEach((one) => { if (one !== turn) one.classList.remove("at"); });
    if (turn) { show(turn.dataset.turn); turn.classList.add("at"); }
    const sentence = target.closest(".statement");
    if (sentence && String(getSelection()).length < 4) {
      const first = $("a.cite", sentence);
      if (first) lead(first);
    } else if (target.closest("[data-sources]")) raise(Boolean(turn));
    else if (!target.closest("#sources")) raise(false);
    const rail = target.closest("[data-rail]");
    if (rail) body.classList.toggle("railed");
    else if (!target.closest("#rail")) body.classList.remove("railed");
    $("[data-rail]")?.setAttribute("aria-expanded", body.classList.contains("railed"));
  }, true);
  // What a menu opens may lie below the edge of what scrolls: it is scrolled into view.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.menu[open]")) $(":scope > div", event.target)?.scrollIntoView({ block: "nearest" });
  }, true);
  document.addEventListener("mouseup", () => setTimeout(closest, 0));
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-asks]");
    if (!form) return;
    event.preventDefault();
    ask($("input", form).value);
  }, true);
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset.preference) prefer(field.dataset.preference, field.value);
    if (field.dataset.files !== undefined) { add(field.files, field.dataset.files || "upload"); field.value = ""; }
    if (field.dataset.every !== undefined) boxes().forEach((one) => { one.checked = field.checked; });
    if (field.name === "paper" || field.dataset.every !== undefined) selected();
  });
  document.addEventListener("reset", () => setTimeout(selected, 0));
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      body.classList.toggle("dragging", kind === "dragenter" || kind === "dragover");
      if (kind === "drop") dropped(event.dataTransfer);
    });
  }
  // What is selected are papers: Gradio makes a row into that of another paper, and leaves its box as it was.
  let chosen = new Set();
  const boxes = () => all("#papers [name=paper]");
  const selected = () => {
    chosen = new Set(boxes().filter((one) => one.checked).map((one) => one.value));
    const told = $("#papers [data-count]");
    const count = `${chosen.size} selected`;
    if (told && told.textContent !== count) told.textContent = count;
    const every = $("#papers [data-every]");
    if (every) every.checked = chosen.size > 0 && chosen.size === boxes().length;
  };
  const reselect = () => {
    boxes().forEach((one) => { one.checked = chosen.has(one.value); });
    selected();
  };

  // --- keys: / question, j k sentences, Enter its source, Esc back, ? the list of keys ---------------------------
  const back = () => {
    if ($("details.menu[open]")) { folded(body); return; }
    if ($("#stop")?.offsetParent) { $("#stop").click(); return; }
    raise(false);
    body.classList.remove("railed");
    if (origin?.isConnected && !typing()) origin.focus(); else document.activeElement?.blur?.();
    origin = null;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !$("dialog[open]")) { back(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
    const focused = document.activeElement;
    if (event.key === "/") { event.preventDefault(); go("chat"); $("#question textarea")?.focus(); }
    if (event.key === "?") $("#keys")?.showModal();
    if (event.key === "j" || event.key === "k") {
      const sentences = all("#chat .statement").filter((one) => one.checkVisibility());
      const at = sentences.indexOf(focused.closest?.(".statement"));
      const last = all("#live .statement")[0];
      const next = at < 0 ? (last || sentences[0]) : sentences[at + (event.key === "j" ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
    }
    if (event.key === "Enter" && focused.matches?.(".statement")) {
      const link = $("a.cite", focused);
      if (link) { event.preventDefault(); lead(link, true); }
    }
    if (event.key.startsWith("Arrow") && focused.matches?.(".point")) {
      const points = all("#map .point");
      const next = points[points.indexOf(focused) + (/Right|Down/.test(event.key) ? 1 : -1)];
      if (next) { event.preventDefault(); focused.tabIndex = -1; next.tabIndex = 0; next.focus(); }
    }
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
    chat.scrollTop += last.getBoundingClientRect().top - chat.getBoundingClientRect().top - parseFloat(getComputedStyle(chat).paddingTop);
    held = !last.dataset.key;
  };
  // Screen readers are told what appears without their doing: a finished answer, a notice.
  const say = (text) => { $("#said").textContent = text; };
  let announced = "";
  let noticed = "";
  const announce = () => {
    const turn = $("#live .turn:is([data-key], [data-failed])");
    const key = turn ? turn.dataset.turn + (turn.dataset.key || "failed") : "";
    if (key && key !== announced) say(`Answer: ${($(".refusal, .lead, .warning", turn) || turn).textContent.trim()} ${$(".status", turn)?.textContent || ""}`);
    announced = key;
    const notice = $("#notice .notice");
    if (!notice || notice.dataset.at === noticed) return;
    noticed = notice.dataset.at;
    say(notice.firstChild.textContent);
    // The element is the same one each time: its leaving has to begin again.
    notice.style.animation = "none";
    void notice.offsetWidth;
    notice.style.animation = "";
  };
  // What came of the library's care is scrolled into view: its panel stands below the table.
  let cared = "";
  const tend = () => {
    const result = $("#care .result");
    const text = result?.textContent || "";
    if (text && text !== cared) result.scrollIntoView({ block: "nearest" });
    cared = text;
  };
  // On a phone, the card of a paper stands below the whole list: whoever asks for it is led there.
  let sought = false;
  const meet = () => {
    if (!sought || !$("#paper .one, #paper .similar")) return;
    sought = false;
    if (innerWidth <= 800) $("#beside").scrollIntoView({ block: "start" });
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#view-library :is([data-act=show], [data-act=similar])")) sought = true;
  }, true);
  document.addEventListener("acted", () => setTimeout(meet, 50));
  // The address has the conversation in hand, so that it is there again when the page is loaded again.
  const address = () => {
    const current = $("#conversations nav")?.dataset.current;
    const here = new URL(location.href);
    if (current === undefined) return;
    if ($("#live .turn")) here.searchParams.delete("answer");
    if (current) here.searchParams.set("conversation", current);
    else here.searchParams.delete("conversation");
    if (here.href !== location.href) history.replaceState(history.state, "", here);
  };
  // Gradio leaves some of what it makes without a name that a screen reader could say.
  const name = () => {
    all("button:not([aria-label])").forEach((one) => { if (!one.textContent.trim()) one.setAttribute("aria-label", one.title || "More"); });
    // Who speaks to the page says what is seen: a name holds the words on the button.
    all(":is(#upload, #resync) button[aria-label]").forEach((one) => { if (one.innerText.trim() && !one.ariaLabel.includes(one.innerText.trim())) one.ariaLabel = one.innerText.trim(); });
    all('input[type="file"]:not([aria-label]):not([data-files])').forEach((one) => one.setAttribute("aria-label", "Files to add"));
    for (const [bar, told] of [[".bar-name", "#picker summary b"], [".bar-count", "#picker summary small"]]) {
      const text = $(told)?.textContent || "";
      if ($(bar) && $(bar).textContent !== text) $(bar).textContent = text;
    }
    // Behind an answer, not behind a refusal, one may go on in a word: the box says so.
    const field = $("#question textarea");
    const told = all("#chat .turn").pop()?.querySelector(".statement") ? "Ask a question, or go on with “why?”" : "Ask a question about these papers";
    if (field && field.placeholder !== told) field.placeholder = told;
    all("#map .point:not([style])").forEach((one) => { one.style.left = `${one.dataset.x}%`; one.style.top = `${one.dataset.y}%`; });
  };
  // A card of a source says whether its paper is in the comparison, as the one in the library does.
  const picked = () => {
    const chosen = new Set(all("#picked [data-act=unpick]").map((one) => one.dataset.value));
    all("#sources :is([data-act=pick], [data-act=unpick])").forEach((one) => {
      const act = chosen.has(one.dataset.value) ? "unpick" : "pick";
      if (one.dataset.act === act) return;
      one.dataset.act = act;
      one.textContent = act === "pick" ? "Compare" : "Leave out of the comparison";
    });
  };
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; serverView(); latest(); follow(); announce(); tend(); address(); name(); apply(); current(); reselect(); picked(); });
  }).observe(body, { childList: true, subtree: true, attributes: true, attributeFilter: ["value"] });
  const said = document.createElement("p");
  Object.assign(said, { id: "said", className: "sr" });
  said.setAttribute("role", "status");
  $(".gradio-container .contain").append(said);
  document.documentElement.lang = document.documentElement.lang || "en";
  go("chat");
  latest();
  name();
  apply();
}
