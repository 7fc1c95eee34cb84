// Fetches a page again every three seconds while it says that work is going on; loads it anew when that is over.
const EVERY = 3000;

async function look() {
    const place = document.querySelector("[data-poll]");
    if (!place) return;
    try {
        const response = await fetch(place.dataset.poll, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const now = page.querySelector("[data-poll]");
        if (!response.ok || !now) return location.reload();
        place.replaceChildren(...now.childNodes);
    } catch {
        // The network is away for a moment: look again later.
    }
    setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
