/*
 * Makes a plain field in which somebody, or a school, is named into an accessible autocomplete. Without this script the field takes the
 * same words, and the service says who or what was meant.
 */
(() => {
  const MOST_LETTERS = 100;
  const WAIT_MS = 250;
  const WORDS = {
    person: {
      none: 'Nobody found. Check the spelling, or enter their e-mail address.',
      failed: 'Suggestions are not available now. Enter their e-mail address.',
    },
    school: {
      none: 'Nothing found. Check the spelling, or enter the URN.',
      failed: 'Suggestions are not available now. Enter a part of the name, then search.',
    },
  };
  const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const escaped = (text) => text.replace(/[&<>"']/g, (letter) => ESCAPES[letter]);

  for (const input of document.querySelectorAll('input[data-choose]')) enhance(input);

  function enhance(input) {
    const what = input.dataset.choose;
    let none = WORDS[what].none;
    let waiting;
    let asked = 0;

    const ask = async (query, populate, number) => {
      let found = [];
      try {
        const response = await fetch(`/choose/${what}?q=${encodeURIComponent(query.slice(0, MOST_LETTERS))}`, {
          credentials: 'same-origin',
        });
        if (!response.ok) throw new Error(String(response.status));
        found = await response.json();
        none = WORDS[what].none;
      } catch {
        none = WORDS[what].failed;
      }
      // An answer that comes after a later question is no longer wanted.
      if (number === asked) populate(found);
    };

    const told = (input.getAttribute('aria-describedby') || '')
      .split(' ')
      .flatMap((id) => document.getElementById(id) || [])
      .map((element) => element.textContent.trim())
      .filter((text) => text !== '')
      .join('. ');
    const box = document.createElement('div');
    box.className = 'chaser-choosing';
    input.before(box);
    input.remove();
    globalThis.accessibleAutocomplete({
      element: box,
      id: input.id,
      name: input.name,
      defaultValue: input.value,
      minLength: 2,
      confirmOnBlur: false,
      displayMenu: 'overlay',
      inputClasses: input.classList.contains('govuk-input--error') ? 'govuk-input--error' : null,
      source: (query, populate) => {
        clearTimeout(waiting);
        asked += 1;
        // Until the answer is there nobody can say that nothing was found.
        none = 'Searching…';
        const number = asked;
        waiting = setTimeout(() => ask(query, populate, number), WAIT_MS);
      },
      templates: {
        inputValue: (one) => (typeof one === 'object' && one !== null ? one.value : one),
        suggestion: (one) =>
          typeof one === 'object' && one !== null
            ? `${escaped(one.name)}${one.details.map((line) => `<span class="chaser-choosing__detail">${escaped(line)}</span>`).join('')}`
            : escaped(String(one)),
      },
      tNoResults: () => none,
      tAssistiveHint: () =>
        `${told === '' ? '' : `${told}. `}Suggestions come as you type. Use the up and down arrows to look through them and enter to choose. On a touch screen, explore by touch or with swipe gestures.`,
    });
  }
})();
