/* What the pages do better with a script; every one of them works without. No text lives here: words come from the
   page's data attributes. */
(() => {
  "use strict";
  const $ = (sel, root = document) => root.querySelector(sel);
  const all = (sel, root = document) => [...root.querySelectorAll(sel)];
  const say = (text) => { const live = $("#live"); if (live) live.textContent = text; };

  // Errors first: whoever sent a form with a mistake lands on the list of mistakes.
  $("#errors")?.focus();

  // --- Draft of the public form, kept on this device only -----------------------------------------------------
  const store = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    clear(key) { try { localStorage.removeItem(key); } catch { /* private mode */ } },
  };
  all("[data-clear-draft]").forEach((el) => store.clear(el.dataset.clearDraft));

  all("form[data-draft]").forEach((form) => {
    const key = form.dataset.draft;
    const line = $("[data-saved]", form);
    const kept = () => all("input[name], textarea[name], select[name]", form)
      .filter((el) => !["hidden", "file", "password"].includes(el.type) && !("nodraft" in el.dataset));
    const read = () => {
      const out = {};
      kept().forEach((el) => {
        if (el.type === "checkbox" || el.type === "radio") { if (el.checked) (out[el.name] ??= []).push(el.value); }
        else if (el.value) out[el.name] = [el.value];
      });
      return out;
    };
    const show = (at) => { if (line && at) { line.hidden = false; $("[data-at]", line).textContent = at; } };
    let draft = store.get(key);
    // Kept for a week, not longer: others may use this device.
    if (draft && !(Date.now() - draft.on < 7 * 864e5)) { store.clear(key); draft = null; }
    const nonce = $("input[name=nonce]", form);
    // Only an untouched page is filled: what the server sent back after a mistake is the truth.
    if (draft?.values && !("sent" in form.dataset) && !Object.keys(read()).length) {
      kept().forEach((el) => {
        const values = draft.values[el.name];
        if (!values) return;
        if (el.type === "checkbox" || el.type === "radio") el.checked = values.includes(el.value);
        else el.value = values[0];
        const fold = el.closest("details");
        if (fold) fold.open = true;
      });
      // Sent once already, and the answer lost on its way: the same mark gives the same receipt.
      if (nonce && draft.nonce) nonce.value = draft.nonce;
      show(draft.at);
    }
    let timer;
    const save = () => {
      const values = read();
      if (!Object.keys(values).length) return;
      const at = new Date().toTimeString().slice(0, 5);
      if (store.set(key, { values, at, on: Date.now(), nonce: nonce?.value })) show(at);
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 600); });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      save();
      if (navigator.onLine !== false) return;
      event.preventDefault();
      say(form.dataset.offline);
      let note = $("[data-offline-note]", form);
      if (!note) { note = document.createElement("p"); note.className = "note warn"; note.dataset.offlineNote = ""; form.append(note); }
      note.textContent = form.dataset.offline;
    });
    addEventListener("online", () => $("[data-offline-note]", form)?.remove());
    $("[data-forget]", form)?.addEventListener("click", () => { clearTimeout(timer); store.clear(key); form.reset(); kept().forEach((el) => { if (el.type !== "checkbox" && el.type !== "radio") el.value = ""; else el.checked = false; }); line.hidden = true; });
  });

  // --- Files: say what was chosen, and what is too large, before it is sent ------------------------------------
  all("input[type=file][data-list]").forEach((input) => input.addEventListener("change", () => {
    const list = document.getElementById(input.dataset.list);
    if (!list) return;
    const max = Number(input.dataset.max || 0);
    list.replaceChildren(...[...input.files].map((file) => {
      const li = document.createElement("li");
      const size = file.size < 1048576 ? `${Math.max(1, Math.round(file.size / 1024))} KB` : `${(file.size / 1048576).toFixed(1)} MB`;
      li.textContent = `${file.name} · ${size}`;
      if (max && file.size > max) { li.textContent += ` · ${input.dataset.tooLarge}`; li.className = "msg"; }
      return li;
    }));
  }));

  // --- Where it happened: the device's own position, looked up nowhere ---------------------------------------------
  all("[data-locate]").forEach((button) => button.addEventListener("click", () => {
    const no = () => say(button.dataset.no);
    if (!navigator.geolocation) { no(); return; }
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const box = $(button.dataset.locate);
      box.value = `${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`;
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.focus();
    }, no, { enableHighAccuracy: true, timeout: 15000 });
  }));

  // The sketch of the locality: where it is pointed at, without going there.
  all("input[data-map]").forEach((map) => map.addEventListener("click", (event) => {
    const box = $(map.dataset.map), edge = (name) => Number(map.dataset[name]) / 1e6;
    // By keyboard there is no point: the address and the list say it.
    event.preventDefault();
    if (!event.detail) { box.focus(); return; }
    const lon = edge("west") + (event.offsetX / map.width) * (edge("east") - edge("west"));
    const lat = edge("north") - (event.offsetY / map.height) * (edge("north") - edge("south"));
    box.value = `${lon.toFixed(6)},${lat.toFixed(6)}`;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }));

  // A list of lines narrowed by typing; what is chosen stays.
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-filter-lines]")) return;
    const words = event.target.value.trim().toLowerCase();
    all(".line", event.target.parentElement).forEach((line) => { line.hidden = !line.textContent.toLowerCase().includes(words) && !$("[type=radio]", line).checked; });
  });

  // Phrases go where the words are being written; Alt and a digit do the same without the mouse.
  let writing = null;
  document.addEventListener("focusin", (event) => { if (event.target.matches("textarea")) writing = event.target; });
  const put = (button) => {
    const box = writing?.isConnected ? writing : $("textarea", button.closest("form"));
    if (!box) return;
    box.setRangeText(button.dataset.phrase, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };
  document.addEventListener("click", (event) => { const b = event.target.closest("[data-phrase]"); if (b) put(b); });
  document.addEventListener("keydown", (event) => {
    const n = /^Digit([1-9])$/.exec(event.code);
    const b = event.altKey && !event.ctrlKey && n && all("[data-phrase]")[Number(n[1]) - 1];
    if (b) { event.preventDefault(); put(b); }
  });

  // Something is under way: the page looks again by itself.
  const again = $("[data-again]");
  if (again) setTimeout(() => location.reload(), Number(again.dataset.again) * 1000);

  // --- A form is sent once -------------------------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || event.defaultPrevented) return;
    if (form.dataset.busy) { event.preventDefault(); return; }
    form.dataset.busy = "1";
    setTimeout(() => all("button", form).forEach((b) => b.setAttribute("aria-disabled", "true")));
    setTimeout(() => release(form), 15000);
  });
  const release = (form) => { delete form.dataset.busy; all("button", form).forEach((b) => b.removeAttribute("aria-disabled")); };
  addEventListener("pageshow", () => all("form[data-busy]").forEach(release));
  document.addEventListener("htmx:after:request", () => all("form[data-busy]").forEach(release));

  // --- Copy, print, take the selected words, reveal -------------------------------------------------------------
  all(".needs-js").forEach((el) => { el.hidden = false; });
  document.addEventListener("click", (event) => {
    const el = event.target.closest("[data-copy], [data-print], [data-take], [data-toggle]");
    if (!el) return;
    if (el.dataset.copy) {
      navigator.clipboard?.writeText($(el.dataset.copy).textContent.trim()).then(() => say(el.dataset.done));
    } else if ("print" in el.dataset) {
      print();
    } else if (el.dataset.take) {
      const words = String(getSelection()).trim();
      const box = $(el.dataset.take);
      if (words && box) { box.value = words; box.focus(); }
    } else if (el.dataset.toggle) {
      const details = $(el.dataset.toggle);
      if (details) { details.open = !details.open; if (details.open) details.scrollIntoView({ block: "nearest" }); event.preventDefault(); }
    }
  });
  const openTarget = () => { const d = location.hash.length > 1 && document.getElementById(location.hash.slice(1)); if (d && d.tagName === "DETAILS") d.open = true; };
  openTarget();
  addEventListener("hashchange", openTarget);

  // --- Keyboard on the desk: a key does what its mark says; ? lists them all -------------------------------------
  const typing = (el) => el && (el.isContentEditable || /^(input|textarea|select)$/i.test(el.tagName));
  const help = $("#keys");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector("dialog[open]")) return;
    if ("noKeys" in document.body.dataset) return;
    const key = event.key.toLowerCase();
    if (help && key === help.dataset.help) { help.showModal(); event.preventDefault(); return; }
    const by = help && { [help.dataset.next]: 1, [help.dataset.previous]: -1 }[key];
    if (by && step(by)) { event.preventDefault(); return; }
    const target = all("[data-key]").find((el) => el.dataset.key.toLowerCase() === key && el.offsetParent !== null);
    if (!target) return;
    event.preventDefault();
    if (typing(target)) { target.focus(); target.select?.(); } else target.click();
  });
  const step = (by) => {
    const links = all("[data-list-of] a[data-item]");
    if (!links.length) return false;
    const at = links.findIndex((a) => a === document.activeElement);
    const from = at >= 0 ? at : links.findIndex((a) => a.closest("[aria-current]"));
    links[Math.max(0, Math.min(links.length - 1, from + by))].focus();
    return true;
  };
  all("#keys button").forEach((b) => b.addEventListener("click", () => help.close()));
})();
