// Says whether a file is the certificate that was issued: by its SHA-256, reckoned here. The file is sent nowhere.
const box = document.querySelector("[data-sha256]");

async function hashOf(file) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (box && globalThis.crypto?.subtle) { // only over https, or on one's own machine
    const input = box.querySelector("input");
    const answer = box.querySelector("[role=status]");
    let latest = 0;
    input.addEventListener("change", async () => {
        const asked = ++latest;
        const [file] = input.files;
        let told = "unable";
        try {
            if (file) told = (await hashOf(file)) === box.dataset.sha256 ? "same" : "other";
        } catch {
            // The file is gone, or larger than this device can hold.
        }
        if (asked === latest) answer.textContent = file ? answer.dataset[told] : "";
    });
    box.querySelector("[data-with]").hidden = false;
    box.querySelector("[data-without]").hidden = true;
}
