/*
 * The editor of a programme's text, in place of the plain field: findings beside the line, completion from the schema, and saving while
 * somebody types. Without this script the field is saved and checked by its buttons.
 */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { defaultHighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, WidgetType } from '@codemirror/view';
import { completionsAt } from './yaml-completion.js';

const SAVE_AFTER_MS = 1_200;
const TRY_AGAIN_MS = 5_000;

const field = document.querySelector('textarea[data-editor]');
if (field !== null) await start(field);

/** A finding in words, at the end of its line. */
class Words extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }
  eq(other) {
    return other.text === this.text;
  }
  toDOM() {
    const words = document.createElement('span');
    words.className = 'chaser-editor__finding';
    words.textContent = this.text;
    return words;
  }
}

async function start(textarea) {
  const form = textarea.form;
  const status = document.getElementById('editor-status');
  const list = document.getElementById('findings-list');
  const { save: saveHref, state: stateHref, person, nonce, schema: schemaHref } = textarea.dataset;
  let revision = textarea.form.elements.revision.value;
  let csrf = textarea.form.elements.csrf.value;
  let unsaved = false;
  let conflict = false;
  let saving = false;
  let timer;

  const showFindings = StateEffect.define();
  const words = StateField.define({
    create: () => Decoration.none,
    update(before, change) {
      let now = before.map(change.changes);
      for (const effect of change.effects) if (effect.is(showFindings)) now = Decoration.set(effect.value, true);
      return now;
    },
    provide: (held) => EditorView.decorations.from(held),
  });

  const schema = await fetch(schemaHref).then(
    (response) => (response.ok ? response.json() : null),
    () => null,
  );
  const complete = ({ state, pos, explicit }) => {
    const found = schema === null ? null : completionsAt(schema, state.doc.toString(), pos);
    return found === null || (!explicit && found.from === pos) ? null : { ...found, validFor: /^[\w.-]*$/ };
  };

  const view = new EditorView({
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        yaml(),
        syntaxHighlighting(defaultHighlightStyle),
        autocompletion({ override: [complete] }),
        words,
        // Tab leaves the editor, as it leaves any field. Ctrl with ] and [ moves lines to the right and left.
        keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.cspNonce.of(nonce),
        // The library draws these with images in its styles, which the policy forbids.
        EditorView.theme({
          '.cm-lint-marker-error': { content: '"●"', color: '#d4351c' },
          '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy #d4351c' },
        }),
        EditorView.contentAttributes.of({
          id: 'editor',
          tabindex: '0',
          'aria-label': 'Text of the programme',
          'aria-describedby': 'text-hint',
          spellcheck: 'false',
          autocapitalize: 'off',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
      ],
    }),
  });
  const box = document.createElement('div');
  box.className = 'chaser-editor';
  box.append(view.dom);
  textarea.before(box);
  for (const part of document.querySelectorAll('#text, label[for="text"], [data-without-script]'))
    part.classList.add('govuk-!-display-none');
  for (const part of document.querySelectorAll('[data-with-script]')) part.hidden = false;
  form.addEventListener('submit', () => {
    textarea.value = view.state.doc.toString();
    unsaved = false;
  });
  globalThis.addEventListener('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[data-line]') : null;
    if (link === null) return;
    event.preventDefault();
    const line = view.state.doc.line(Math.min(Number(link.dataset.line), view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
    view.focus();
  });
  show(JSON.parse(textarea.dataset.findings));
  if (list.dataset.checked !== 'yes') changed();

  function changed() {
    unsaved = true;
    if (!conflict) tell('Not saved yet.');
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER_MS);
  }

  function tell(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  async function save() {
    if (saving || conflict) return;
    saving = true;
    const content = view.state.doc.toString();
    let again = TRY_AGAIN_MS;
    try {
      const response = await fetch(saveHref, {
        method: 'POST',
        credentials: 'same-origin',
        body: new URLSearchParams({ csrf, text: content, revision }),
      });
      if (response.status === 401 || response.status === 403) {
        again = (await signedInAgain()) ? 0 : TRY_AGAIN_MS;
      } else if (response.status === 409) {
        conflict = true;
        tell('Not saved: this draft was saved in another window meanwhile. Select “Save and check” to see both.');
      } else if (response.ok) {
        const saved = await response.json();
        revision = saved.revision;
        form.elements.revision.value = revision;
        const same = view.state.doc.toString() === content;
        unsaved = !same;
        again = same ? null : SAVE_AFTER_MS;
        if (same && saved.findings !== null) show(saved.findings);
        if (same && saved.findings === null) again = TRY_AGAIN_MS;
        tell(`Saved on ${saved.savedAt}.${saved.findings === null ? '' : ` ${counted(saved.findings.length)}`}`);
      } else {
        tell('Not saved: the service does not answer as it should. It is tried again.');
      }
    } catch {
      tell('Not saved: the service cannot be reached. It is tried again, and your text stays here meanwhile.');
    }
    saving = false;
    if (again !== null && !conflict) timer = setTimeout(save, again);
  }

  /** Whether the same person has signed in again, in another window. */
  async function signedInAgain() {
    const response = await fetch(stateHref, { credentials: 'same-origin' });
    const state = response.ok && !response.redirected ? await response.json() : null;
    if (state === null || state.person !== person) {
      tell('Not saved: you are signed out. Sign in again in another window, and leave this one open: your text is then saved.');
      return false;
    }
    csrf = state.csrf;
    form.elements.csrf.value = csrf;
    return true;
  }

  /** Shows findings beside their lines, in the margin, and as a list with links. */
  function show(findings) {
    const { doc } = view.state;
    const placed = findings.map(({ line, column, what, remedy }) => {
      const at = doc.line(Math.min(line, doc.lines));
      return { line: at, from: Math.min(at.from + column - 1, at.to), text: `${what}. ${remedy}` };
    });
    view.dispatch(
      setDiagnostics(
        view.state,
        placed.map(({ line, from, text }) => ({ from, to: line.to, severity: 'error', message: text })),
      ),
    );
    view.dispatch({
      effects: showFindings.of(placed.map(({ line, text }) => Decoration.widget({ widget: new Words(text), side: 1 }).range(line.to))),
    });
    list.replaceChildren(
      ...findings.map(({ line, column, what, remedy }) => {
        const entry = document.createElement('li');
        const link = document.createElement('a');
        link.className = 'govuk-link';
        link.href = '#editor';
        link.dataset.line = line;
        link.textContent = `Line ${line}, column ${column}`;
        entry.append(link, `: ${what}. ${remedy}`);
        return entry;
      }),
    );
  }
}

function counted(count) {
  if (count === 0) return 'Nothing is wrong with the text.';
  return count === 1 ? 'One thing is wrong with the text.' : `${count} things are wrong with the text.`;
}
