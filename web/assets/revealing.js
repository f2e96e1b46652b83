/*
 * Shows a part of a form only when it is asked for: the fields of an answer when it is chosen, and a field with a condition when the fields
 * of its condition hold one of their values. Without this script everything is shown, each part under words that say when it is asked.
 * Nothing that was typed is lost: a part that is shown again holds what it held.
 */
(() => {
  const inputsNamed = (form, name) => [...form.elements].filter((input) => input.name === name);
  const isShown = (element) => element.closest('[hidden]') === null;

  /** The values that the inputs of one name hold, as far as they are shown: of radios and checkboxes those that are chosen. */
  function valuesOf(form, name) {
    return inputsNamed(form, name).flatMap((input) => {
      if (!isShown(input)) return [];
      if (input.type === 'radio' || input.type === 'checkbox') return input.checked ? [input.value] : [];
      return [input.value.trim()];
    });
  }

  function update(form) {
    for (const input of form.querySelectorAll('input[data-aria-controls]')) {
      const part = document.getElementById(input.dataset.ariaControls);
      if (part !== null) part.hidden = !input.checked;
    }
    // In the order of the page: a condition speaks only of fields above it, so those are settled before.
    for (const part of form.querySelectorAll('[data-when]')) {
      const conditions = Object.entries(JSON.parse(part.dataset.when));
      part.hidden = !conditions.every(([name, wanted]) => valuesOf(form, name).some((value) => wanted.includes(value)));
    }
  }

  function enhance(form) {
    // What says when a part is asked goes: the part itself comes and goes.
    for (const words of form.querySelectorAll('.chaser-condition')) words.hidden = true;
    for (const words of form.querySelectorAll('.chaser-under')) words.classList.add('govuk-visually-hidden');
    form.addEventListener('change', () => update(form));
    form.addEventListener('input', () => update(form));
    update(form);
  }

  const forms = [...document.querySelectorAll('form')].filter((form) => form.querySelector('[data-when], [data-reveals]') !== null);
  for (const form of forms) enhance(form);
  // Whoever comes back with the browser’s own button finds what they had chosen.
  globalThis.addEventListener('pageshow', () => {
    for (const form of forms) update(form);
  });
})();
