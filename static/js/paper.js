// Takes a quiz over a bad line. Each answer is kept on the device until the server has it; one message is on its
// way at a time; the clock is the server's. Without this script the page is a plain form.
const form = document.querySelector("[data-paper]");
const status = form?.querySelector("[role=status]");
const clock = document.querySelector("[data-clock]");
const SOON = 1000, FIRST_RETRY = 2000, LAST_RETRY = 30000;

const key = `paper:${form?.dataset.paper}`;
const unsent = new Map(Object.entries(JSON.parse(localStorage.getItem(key) || "{}"))); // question: its fields
const seconds = new Map(); // question: how long it was before the eyes
let sequence = Number(form?.dataset.sequence), rest = Number(form?.dataset.next) * 1000;
let end = performance.now() + (clock?.dataset.clock ?? 0) * 1000;
let timer, retry = FIRST_RETRY, inFlight = false, isOver = false, isFailing = false;

const questionOf = (element) => element.closest("[data-question]")?.dataset.question;
const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1];

function keep() {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(unsent)));
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

function message(number) {
    const body = new FormData();
    const token = cookie("csrftoken") ?? form.querySelector("[name=csrfmiddlewaretoken]").value;
    body.append("csrfmiddlewaretoken", token);
    body.append("lease", form.dataset.lease);
    body.append("sequence", number);
    body.append("changed", "-"); // names what it is about; this one stands for none
    for (const [question, fields] of unsent) {
        body.append("changed", question);
        for (const [name, value] of fields) body.append(name, value);
    }
    for (const [question, count] of seconds) body.append("seconds", `${question}:${count}`);
    return body;
}

async function save() {
    clearTimeout(timer);
    if (inFlight || isOver) return;
    inFlight = true;
    const sent = new Map(unsent);
    if (sent.size) say("saving");
    try {
        const options = { method: "POST", body: message(sequence + 1), redirect: "manual", signal: AbortSignal.timeout(15000) };
        const response = await fetch(form.dataset.save, options);
        if (response.type === "opaqueredirect") fail("signin");
        else if (response.status === 409) await refused(response);
        else if (response.ok) await saved(sent, await response.json());
        else fail("unsaved");
    } catch {
        fail("unsaved");
    }
    inFlight = false;
}

function saved(sent, told) {
    for (const [question, fields] of sent) if (unsent.get(question) === fields) unsent.delete(question);
    keep();
    sequence = told.sequence;
    end = performance.now() + told.seconds_left * 1000;
    rest = told.next_save_s * 1000;
    retry = FIRST_RETRY;
    isFailing = false;
    tick();
    if (!unsent.size && (sent.size || status.dataset.state)) say("saved");
    saveIn(unsent.size ? SOON : rest);
}

async function refused(response) {
    isOver = true;
    const { reason } = await response.json();
    say(reason);
    if (reason === "closed") {
        localStorage.removeItem(key);
        location.reload();
    }
}

function fail(why) {
    isFailing = true;
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
    for (const [question, fields] of unsent) {
        if (form.querySelector(`[data-question="${question}"]`)) put(question, fields);
        else unsent.delete(question);
    }
    const changed = (event) => {
        const question = questionOf(event.target);
        if (!question || isOver) return;
        unsent.set(question, fieldsOf(question));
        keep();
        if (!isFailing) saveIn(SOON);
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("submit", async (event) => {
        if (!isFailing) {
            clearTimeout(timer);
            isOver = true;
            localStorage.removeItem(key); // the form itself brings all answers along
            return;
        }
        event.preventDefault(); // a dead line would show the browser's error and lose the page
        await save();
        if (!isFailing && !isOver) form.requestSubmit(event.submitter);
    });
    window.addEventListener("online", () => saveIn(0));
    window.addEventListener("pagehide", () => {
        if (unsent.size && !isOver) navigator.sendBeacon(form.dataset.save, message(sequence + 1));
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
