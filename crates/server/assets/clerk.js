/* The clerk's pages by keyboard, and what they do better with a script; every one of them works without. No text lives here. */
(() => {
  "use strict";
  const $ = (sel, root = document) => root.querySelector(sel);
  const post = (address, pairs) => fetch(address, { method: "POST", body: new URLSearchParams(pairs), redirect: "error" });

  // --- Entry: function keys work while one types; the caller is looked up as the number is typed --------------------------------
  const form = $("form[data-entry]");
  if (form) {
    const phone = form.elements.phone, business = form.elements.respondent_name;
    if (!$("#errors")) phone.focus();
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.metaKey || event.isComposing) return;
      const name = `${event.ctrlKey ? "Ctrl " : ""}${event.key}`;
      const target = [...form.querySelectorAll("[data-fkey]")].find((el) => el.dataset.fkey.split(",").includes(name));
      if (!target) return;
      event.preventDefault();
      target.click();
    });
    let asked = "", timer;
    const look = async () => {
      const digits = phone.value.replace(/\D/g, "");
      const key = `${digits.length < 7 ? "" : digits}/${business.value.trim()}`;
      if (key === asked) return;
      asked = key;
      const answer = await post(form.dataset.entry, { phone: digits.length < 7 ? "" : phone.value, respondent_name: business.value }).catch(() => null);
      if (!answer?.ok || key !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = $("#known", page);
      if (found) $("#known").replaceWith(document.adoptNode(found));
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(look, 200); };
    phone.addEventListener("input", soon);
    business.addEventListener("change", look);
    business.addEventListener("input", soon);
  }

  // --- A text parted by its sentences: what is ticked stands in the parts at once --------------------------------------------------
  const pick = $("[data-pick]");
  if (pick) {
    const compose = (name, box) => {
      const chosen = [...pick.querySelectorAll(`input[name=${name}]:checked`)].map((tick) => tick.closest("tr").lastElementChild.textContent);
      box.value = chosen.join("").trim();
    };
    pick.addEventListener("change", () => {
      compose("stay", $("#f-narrative"));
      compose("go", $("#f-other_narrative"));
    });
  }

  // --- Several rows at once --------------------------------------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    const whole = event.target.closest("[data-check-all]");
    if (whole) document.querySelectorAll(whole.dataset.checkAll).forEach((box) => { box.checked = whole.checked; });
  });

  // --- Whoever has a case open is on it: said again while the page is looked at ---------------------------------------------------
  const open = $("[data-claim]");
  if (open) {
    const say = () => { if (!document.hidden) post(open.dataset.claim, {}).catch(() => {}); };
    say();
    setInterval(say, 240_000);
  }
})();
