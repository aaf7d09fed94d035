/* A business of the register offered while its name is typed. Without a script the form's own button does the same. No text lives here. */
(() => {
  "use strict";
  const find = document.currentScript.dataset.find;
  document.querySelectorAll("input[name=respondent_name]").forEach((box) => {
    const form = box.form;
    if (!form || box.type === "hidden") return;
    const code = form.elements.uscc, place = form.elements.respondent_address;
    const holder = document.createElement("div");
    holder.className = "combo";
    box.replaceWith(holder);
    holder.append(box);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    let list = null, at = -1, asked = "", timer, chosen = null;
    const close = () => {
      list?.remove();
      list = null;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      box.removeAttribute("aria-controls");
    };
    const options = () => (list ? [...list.children] : []);
    const mark = (to) => {
      const all = options();
      if (!all.length) return;
      at = (to + all.length) % all.length;
      all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
      box.setAttribute("aria-activedescendant", all[at].id);
      all[at].scrollIntoView({ block: "nearest" });
    };
    const take = (option) => {
      const { name, address, uscc } = option.dataset;
      box.value = name;
      if (place && (!place.value || place.value === chosen?.address)) place.value = address;
      if (code) code.value = uscc;
      chosen = { name, address };
      asked = name;
      close();
      // Drafts are saved and callers looked up as if it had been typed.
      [box, place, code].filter(Boolean).forEach((el) => el.dispatchEvent(new Event("input", { bubbles: true })));
    };
    const look = async () => {
      const typed = box.value.trim();
      if (typed === asked) return;
      asked = typed;
      if ([...typed].length < 2) { close(); return; }
      const answer = await fetch(find, { method: "POST", body: new URLSearchParams({ respondent_name: typed }), redirect: "error" }).catch(() => null);
      if (!answer?.ok || typed !== asked || document.activeElement !== box) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#found");
      close();
      if (!found?.children.length) return;
      list = document.adoptNode(found);
      list.id = `${box.id}-found`;
      [...list.children].forEach((o, i) => { o.id = `${list.id}-${i}`; });
      list.addEventListener("pointerdown", (event) => event.preventDefault());
      list.addEventListener("click", (event) => { const o = event.target.closest("[role=option]"); if (o) take(o); });
      holder.append(list);
      box.setAttribute("aria-expanded", "true");
      box.setAttribute("aria-controls", list.id);
      const live = document.querySelector("#live");
      if (live) live.textContent = list.dataset.count;
    };
    box.addEventListener("input", () => {
      if (chosen && box.value !== chosen.name) {
        // Another name is another business.
        if (code) code.value = "";
        if (place?.value === chosen.address) place.value = "";
        chosen = null;
      }
      clearTimeout(timer);
      timer = setTimeout(look, 150);
    });
    box.addEventListener("keydown", (event) => {
      if (!list || event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); mark(at < 0 && step < 0 ? -1 : at + step); }
      else if (event.key === "Enter" && at >= 0) { event.preventDefault(); take(options()[at]); }
      else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
    });
    box.addEventListener("blur", () => setTimeout(close, 100));
  });
})();
