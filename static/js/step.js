// Sends one answer over a bad line: the page stays until the server has it, and the same answer sent again is
// one. Without this script the page is a plain form.
const form = document.querySelector("[data-step]");
const status = form?.querySelector("[role=status]");
const FIRST_RETRY = 2000, LAST_RETRY = 30000;

let retry = FIRST_RETRY, isSending = false, timer;

async function send() {
    clearTimeout(timer);
    try {
        const signal = AbortSignal.timeout(15000);
        const options = { method: "POST", body: new FormData(form), redirect: "manual", signal };
        const { type, status: code } = await fetch(location.pathname, options);
        if (type !== "opaqueredirect") throw new Error(code);
        location.replace(location.pathname); // the next question; from there on to the result, or to signing in
    } catch {
        status.textContent = form.dataset.unsent;
        timer = setTimeout(send, retry * (0.5 + Math.random()));
        retry = Math.min(retry * 2, LAST_RETRY);
    }
}

form?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    status.textContent = form.dataset.sending;
    send();
});
window.addEventListener("online", () => isSending && send());
window.addEventListener("pageshow", (event) => event.persisted && location.reload()); // back to an older question
