// Adds buttons to a list that is to be put in order; without it each line has a place to choose.
for (const box of document.querySelectorAll("[data-ordering]")) {
    const list = box.querySelector("ol");
    const button = (label, sign, step) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "tool";
        made.textContent = sign;
        made.addEventListener("click", () => move(made.closest("li"), step, made));
        made.setAttribute("aria-label", label);
        return made;
    };
    const number = () => {
        [...list.children].forEach((line, index) => (line.querySelector("select").value = index + 1));
        list.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
    };
    const move = (line, step, pressed) => {
        const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
        if (!other) return;
        if (step < 0) other.before(line);
        else other.after(line);
        number();
        pressed.focus();
    };
    const sort = () => {
        const place = (line) => Number(line.querySelector("select").value) || Infinity;
        list.append(...[...list.children].sort((one, other) => place(one) - place(other)));
    };
    for (const line of list.children) {
        const text = line.querySelector(".order__text").textContent;
        line.append(button(`${box.dataset.up}: ${text}`, "↑", -1), button(`${box.dataset.down}: ${text}`, "↓", 1));
    }
    list.addEventListener("change", (event) => event.isTrusted && sort());
    sort(); // as this device kept it
}
