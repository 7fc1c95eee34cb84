// Saves what is ticked while a quiz is taken, and shows how long is left by the server's clock.
const form = document.querySelector("[data-paper]");
const status = form?.querySelector("[role=status]");
const clock = document.querySelector("[data-clock]");
let waiting;

async function save() {
    const body = new FormData(form);
    body.append("save", "1");
    try {
        const response = await fetch(location.href, { method: "POST", body, redirect: "manual" });
        if (response.status === 204) status.textContent = status.dataset.saved;
        else location.reload(); // time is up, or it was handed in elsewhere
    } catch {
        status.textContent = status.dataset.unsaved;
        saveSoon(10000);
    }
}

function saveSoon(wait) {
    clearTimeout(waiting);
    waiting = setTimeout(save, wait);
}

if (form) {
    form.addEventListener("change", () => saveSoon(1000));
    form.addEventListener("submit", () => clearTimeout(waiting));
    window.addEventListener("online", save);
}

if (clock) {
    // Counted from when the page came: the phone's own time may be wrong.
    const end = performance.now() + clock.dataset.clock * 1000;
    const show = () => {
        const minutes = Math.max(Math.ceil((end - performance.now()) / 60000), 0);
        clock.textContent = clock.dataset.pattern.replace("{minutes}", minutes);
    };
    setInterval(show, 15000);
}
