// Takes a quiz over a bad line. Each answer is kept on the device until the server has it; one message is on its
// way at a time; the clock is the server's. Without this script the page is a plain form.
const form = document.querySelector("[data-paper]");
const status = form?.querySelector("[role=status]");
const clock = document.querySelector("[data-clock]");
const SOON = 1000, FIRST_RETRY = 2000, LAST_RETRY = 30000;

const key = `paper:${form?.dataset.paper}`;
const unsent = new Map(); // question: its fields
const seconds = new Map(); // question: how long it was before the eyes
let sequence = Number(form?.dataset.sequence); // of the message sent last: never two messages with one number
let known = sequence; // of the message that the server took last
let rest = Number(form?.dataset.next) * 1000;
let end = performance.now() + (clock?.dataset.clock ?? 0) * 1000;
let timer, retry = FIRST_RETRY, inFlight, isOver = false, isFailing = false, isHandingIn = false;

const questionOf = (element) => element.closest("[data-question]")?.dataset.question;
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1];

function keep() {
    const { lease } = form.dataset;
    try {
        localStorage.setItem(key, JSON.stringify({ lease, known, answers: Object.fromEntries(unsent) }));
    } catch {
        // A full or forbidden storage: what is not sent yet is in this page only.
    }
}

function forget() {
    try {
        localStorage.removeItem(key);
    } catch {
        // Nothing was kept then.
    }
}

function kept() {
    try {
        return JSON.parse(localStorage.getItem(key)) ?? { answers: {} };
    } catch {
        return { answers: {} };
    }
}

// What an earlier page on this device could not send goes on from here. If another device was at work since,
// its answers are newer, and only questions without one are filled.
function takeUp() {
    const { lease, known: before, answers } = kept();
    const isNewest = lease === form.dataset.before || before === known;
    for (const [question, fields] of Object.entries(answers)) {
        const box = form.querySelector(`[data-question="${question}"]`);
        if (!box || !(isNewest || isEmpty(question))) continue;
        put(question, fields);
        unsent.set(question, fields);
    }
    keep();
}

function isEmpty(question) {
    return fieldsOf(question).every(([, value]) => !value);
}

function token() { // signing in again on another page gives a new one
    return cookie("csrftoken") ?? form.querySelector("[name=csrfmiddlewaretoken]").value;
}

function fieldsOf(question) {
    const box = form.querySelector(`[data-question="${question}"]`);
    return [...new FormData(form)].filter(([name]) => box.querySelector(`[name="${CSS.escape(name)}"]`));
}

function put(question, fields) { // what this device kept goes back into the form
    for (const input of form.querySelectorAll(`[data-question="${question}"] [name]`)) {
        const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
        if (input.matches("[type=radio], [type=checkbox]")) input.checked = values.includes(input.value);
        else input.value = values[0] ?? "";
    }
}

function say(what) {
    const count = unsent.size;
    status.textContent = (status.dataset[what] ?? "").replace("{count}", count);
    status.dataset.state = what;
}

function message() {
    sequence += 1;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    body.append("lease", form.dataset.lease);
    body.append("sequence", sequence);
    body.append("changed", "-"); // names what it is about; this one stands for none
    for (const [question, fields] of unsent) {
        body.append("changed", question);
        for (const [name, value] of fields) body.append(name, value);
    }
    for (const [question, count] of seconds) body.append("seconds", `${question}:${count}`);
    return body;
}

function save() {
    clearTimeout(timer);
    if (!isOver) inFlight ??= send().finally(() => { inFlight = undefined; });
    return inFlight;
}

async function send() {
    const sent = new Map(unsent);
    if (sent.size) say("saving");
    try {
        const body = message(), number = sequence;
        const options = { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(15000) };
        const response = await fetch(form.dataset.save, options);
        if (response.type === "opaqueredirect") fail("signin");
        else if (response.status === 409) await refused(response);
        else if (response.ok) saved(number, sent, await response.json());
        else fail("unsaved");
    } catch {
        fail("unsaved");
    }
}

function saved(number, sent, told) {
    // Only a message that the server took last has been kept; an older one was overtaken, and goes again.
    if (told.sequence === number) {
        for (const [question, fields] of sent) if (unsent.get(question) === fields) unsent.delete(question);
    }
    known = told.sequence;
    sequence = Math.max(sequence, known);
    keep();
    end = performance.now() + told.seconds_left * 1000;
    rest = told.next_save_s * 1000;
    retry = FIRST_RETRY;
    isFailing = false;
    tick();
    if (!unsent.size && (sent.size || status.dataset.state)) say("saved");
    saveIn(unsent.size ? SOON : rest);
}

async function refused(response) {
    const { reason } = await response.json();
    stop(reason);
    if (reason === "closed") {
        forget();
        location.reload();
    }
}

function stop(why) { // nothing may be written that nobody keeps
    isOver = true;
    clearTimeout(timer);
    say(why);
    for (const input of form.elements) input.disabled = true;
}

function fail(why) {
    isFailing = true;
    if (isOver) return; // stopped by another page meanwhile
    say(why);
    saveIn(retry * (0.5 + Math.random()));
    retry = Math.min(retry * 2, LAST_RETRY);
}

function saveIn(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
}

function tick() {
    const left = Math.max(end - performance.now(), 0);
    if (clock) clock.textContent = left ? clock.dataset.pattern.replace("{minutes}", Math.ceil(left / 60000)) : clock.dataset.over;
}

if (form) {
    takeUp();
    const changed = (event) => {
        const question = questionOf(event.target);
        if (!question || isOver) return;
        unsent.set(question, fieldsOf(question));
        keep();
        if (isFailing) say(status.dataset.state);
        else saveIn(SOON);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("keydown", (event) => { // in a gap it would hand in the whole paper
        if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
    });
    form.addEventListener("submit", async (event) => {
        if (isHandingIn) return;
        // Everything is sent first: a dead line would show the browser's error and lose the page.
        event.preventDefault();
        const { submitter } = event;
        await inFlight;
        do await save(); while (unsent.size && !isFailing && !isOver);
        if (isFailing || isOver) return;
        isHandingIn = true;
        forget();
        form.querySelector("[name=csrfmiddlewaretoken]").value = token();
        form.requestSubmit(submitter);
        isHandingIn = false;
    });
    window.addEventListener("storage", (event) => { // another page of this browser takes over, line or not
        if (event.key === key && event.newValue && JSON.parse(event.newValue).lease !== form.dataset.lease) stop("elsewhere");
    });
    window.addEventListener("pageshow", (event) => event.persisted && saveIn(0)); // back from a later page?
    window.addEventListener("online", () => saveIn(0));
    window.addEventListener("pagehide", () => {
        if (unsent.size && !isOver) navigator.sendBeacon(form.dataset.save, message());
    });
    document.addEventListener("visibilitychange", () => {
        if (!document.hidden && !isFailing) saveIn(0); // a phone that slept has lost count of the time
    });
    let current;
    const watcher = new IntersectionObserver((entries) => {
        for (const entry of entries) if (entry.isIntersecting) current = questionOf(entry.target);
    }, { rootMargin: "-40% 0px" });
    for (const question of form.querySelectorAll("[data-question]")) watcher.observe(question);
    setInterval(() => {
        if (current && !document.hidden) seconds.set(current, (seconds.get(current) ?? 0) + 1);
    }, 1000);
    setInterval(tick, 5000);
    saveIn(unsent.size ? 0 : rest);
}
