/* Drawing: boxes over a picture that is to be shown to the other side, and a signature. Both fill a form that works without this. */
(() => {
  "use strict";
  const $ = (sel) => document.querySelector(sel);
  const frame = $("[data-redact]");
  if (frame) {
    const field = $(frame.dataset.redact);
    let start = null, shown = null;
    const at = (e) => {
      const r = frame.getBoundingClientRect();
      const part = (n, of) => Math.max(0, Math.min(100, (100 * n) / of));
      return [part(e.clientX - r.left, r.width), part(e.clientY - r.top, r.height)];
    };
    const place = (el, [x, y, w, h]) => { el.style.left = `${x}%`; el.style.top = `${y}%`; el.style.width = `${w}%`; el.style.height = `${h}%`; };
    const boxes = () => field.value.split("\n").map((l) => l.split(",").map(Number)).filter((b) => b.length === 4 && b.every(Number.isFinite));
    const draw = () => {
      frame.querySelectorAll("i").forEach((el) => el.remove());
      boxes().forEach((b) => { const el = document.createElement("i"); place(el, b); frame.append(el); });
    };
    const between = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
    frame.addEventListener("pointerdown", (e) => { start = at(e); shown = document.createElement("i"); frame.append(shown); frame.setPointerCapture(e.pointerId); e.preventDefault(); });
    frame.addEventListener("pointermove", (e) => { if (start) place(shown, between(start, at(e))); });
    frame.addEventListener("pointerup", (e) => {
      if (!start) return;
      const box = between(start, at(e));
      start = null;
      if (box[2] > 0.3 && box[3] > 0.3) field.value = [...boxes(), box].map((b) => b.map((n) => n.toFixed(2)).join(",")).join("\n");
      draw();
    });
    frame.addEventListener("pointercancel", () => { start = null; draw(); });
    field.addEventListener("input", draw);
    $("[data-redact-back]")?.addEventListener("click", () => { field.value = field.value.trim().split("\n").slice(0, -1).join("\n"); draw(); });
    draw();
  }
  const canvas = $("[data-sign]");
  if (canvas) {
    const ctx = canvas.getContext("2d"), input = $(canvas.dataset.sign), state = $("#sign-state"), first = state.textContent;
    const clear = () => { ctx.fillStyle = "#fff"; ctx.fillRect(0, 0, canvas.width, canvas.height); ctx.lineWidth = 5; ctx.lineCap = "round"; ctx.lineJoin = "round"; ctx.strokeStyle = "#111"; };
    const at = (e) => { const r = canvas.getBoundingClientRect(); return [((e.clientX - r.left) * canvas.width) / r.width, ((e.clientY - r.top) * canvas.height) / r.height]; };
    let drawing = false;
    clear();
    canvas.addEventListener("pointerdown", (e) => { drawing = true; canvas.setPointerCapture(e.pointerId); ctx.beginPath(); ctx.moveTo(...at(e)); e.preventDefault(); });
    canvas.addEventListener("pointermove", (e) => { if (drawing) { ctx.lineTo(...at(e)); ctx.stroke(); } });
    canvas.addEventListener("pointerup", () => {
      drawing = false;
      canvas.toBlob((blob) => {
        const files = new DataTransfer();
        files.items.add(new File([blob], `${canvas.dataset.name}.png`, { type: "image/png" }));
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        state.textContent = canvas.dataset.done;
      }, "image/png");
    });
    $("[data-sign-clear]")?.addEventListener("click", () => { clear(); input.value = ""; input.dispatchEvent(new Event("change", { bubbles: true })); state.textContent = first; });
  }
})();
