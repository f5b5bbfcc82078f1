'use strict';

// Appendix C as a short message, with the digest for the password `password` and the nonce
// 00000000.
const EXAMPLE = {
  paste: `06 05 04 0B 84 C0 02 01 06 03 C4 AF 87 E4 00 07 51 D1 5D A7 D8 B5 FC 1F BC E4 5E E7 15
02 D0 00 00 00 12 34 12 63 6F 6D 2E 6D 67 6D 74 73 72 76 2E 6D 61 6E 61 67 65`,
  secret: 'password',
  nonce: '00000000',
};
const MARKS = { authentic: '✓', 'not-authentic': '✗', unverified: '?', error: '!' };
const SUMMARIES = {
  authentic: 'authentic',
  'not-authentic': 'not authentic',
  unverified: 'not verified',
  error: 'with an error',
};

const byId = (id) => document.getElementById(id);
const controls = [...byId('controls').querySelectorAll('textarea, input:not(#shown), select')];
const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;

// Makes an element. Children are elements or text, never markup.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

// --- The decoder

let compiled;

// Answers a request in a new instance, so that no secret stays in an old one's memory.
async function decode(request) {
  const octets = () => Uint8Array.from(atob(byId('module').textContent), (it) => it.charCodeAt(0));
  compiled ??= WebAssembly.compile(octets());
  const { put, run, get } = (await WebAssembly.instantiate(await compiled)).exports;
  new TextEncoder().encode(JSON.stringify(request)).forEach((octet) => put(octet));
  const answer = Uint8Array.from({ length: run() }, (_, index) => get(index));
  return JSON.parse(new TextDecoder().decode(answer));
}

// --- What is shown of an answer

function message(shown, index, all) {
  const ordinal = all.length > 1 ? `Message ${index + 1} of ${all.length}` : 'Message';
  const line = shown.line === null ? '' : `, from line ${shown.line}`;
  const id = `message-${index + 1}`;
  return element(
    'article',
    { 'aria-labelledby': id },
    element('h2', { id }, ordinal + line),
    verdict(shown),
    facts(shown),
    ...sections(shown),
    element(
      'details',
      null,
      element('summary', null, 'As text and JSON, to copy'),
      element('pre', { tabindex: 0, role: 'group', 'aria-label': 'As text' }, shown.text),
      element(
        'pre',
        { tabindex: 0, role: 'group', 'aria-label': 'As JSON' },
        JSON.stringify(shown.json, null, 2),
      ),
    ),
  );
}

function verdict({ verdict, remarks, error }) {
  const [first, ...others] = error ? [`Error: ${error.message}.`, error.hint, ...remarks] : remarks;
  return element(
    'div',
    { class: `verdict ${verdict}` },
    element(
      'p',
      null,
      element('span', { class: 'mark', 'aria-hidden': true }, MARKS[verdict]),
      first,
    ),
    ...others.filter(Boolean).map((remark) => element('p', null, remark)),
  );
}

function facts({ layers, json: { bearer, originator, service_centre: centre, segments } }) {
  const server = layers.at(-1)?.rows.find(({ meaning }) => meaning === 'server-identifier')?.value;
  const known = {
    Server: server,
    'Read as': bearer && byId('bearer').querySelector(`[value=${bearer}]`).textContent,
    From: originator,
    'Service centre': centre,
    Segments: segments > 1 ? segments : null,
  };
  const shown = Object.entries(known).filter(([, value]) => value);
  if (shown.length === 0) return null;
  return element(
    'dl',
    null,
    ...shown.map(([name, value]) =>
      element('div', null, element('dt', null, name), element('dd', null, String(value))),
    ),
  );
}

// A section for each run of layers over the same octets, then one for the octets of the error.
function sections({ layers, blocks, error }) {
  const groups = [];
  for (const layer of layers) {
    if (groups.at(-1)?.block !== layer.block) groups.push({ block: layer.block, layers: [] });
    groups.at(-1).layers.push(layer);
  }
  if (error && error.block !== null && groups.at(-1)?.block !== error.block) {
    groups.push({ block: error.block, layers: [] });
  }
  return groups.map(({ block, layers: rows }, index) => {
    const isLast = index === groups.length - 1;
    return section(blocks[block].match(/../g) ?? [], rows, isLast && error ? error.offset : null);
  });
}

function section(octets, layers, wrong) {
  // A row without octets says more of the octets of the row before.
  let range = [0, 0];
  const placed = layers.map(({ title, rows }) => {
    const ranged = rows.map((row) => {
      if (row.end > row.start) range = [row.start, row.end];
      return { ...row, range };
    });
    return { title, rows: ranged };
  });
  const made = element(
    'section',
    { 'aria-label': count(octets.length, 'octet') },
    pane(
      octets,
      placed.flatMap(({ rows }) => rows),
      wrong,
    ),
    table(placed, octets),
  );
  made.querySelector('.run[role]')?.setAttribute('tabindex', 0);
  made.querySelector('th button')?.setAttribute('tabindex', 0);
  link(made);
  return made;
}

// The octets, in runs that belong to the innermost row that has them. `wrong` is the octet of the
// error, or the number of octets if one is missing.
function pane(octets, rows, wrong) {
  const owners = octets.map(() => null);
  for (const row of rows) if (row.end > row.start) owners.fill(row, row.start, row.end);
  const runs = [];
  owners.forEach((owner, at) => {
    if (at > 0 && owners[at - 1] === owner) runs.at(-1).end = at + 1;
    else runs.push({ owner, start: at, end: at + 1 });
  });
  const marked = (text, meaning) =>
    element('mark', null, text, element('span', { class: 'unseen' }, ` ${meaning}`));
  const shown = runs.flatMap(({ owner, start, end }) => {
    const own = octets.slice(start, end);
    const texts = own.flatMap((octet, index) => [
      index > 0 ? ' ' : null,
      start + index === wrong ? marked(octet, 'error') : octet,
    ]);
    const button = owner && {
      role: 'button',
      tabindex: -1,
      'aria-label': `${owner.meaning}: ${own.join(' ')}`,
      ...data(owner.range),
    };
    return [
      element('span', { class: 'run', ...button, 'data-at': start, 'data-to': end }, ...texts),
      ' ',
    ];
  });
  if (wrong !== null && wrong >= octets.length) shown.push(marked('··', 'missing'));
  const offsets = Array.from({ length: Math.ceil(octets.length / 10) }, (_, line) => line * 10);
  return element(
    'div',
    { class: 'pane' },
    element('div', { class: 'gutter', 'aria-hidden': true }, offsets.join('\n')),
    element(
      'div',
      { class: 'octets', role: 'group', 'aria-label': 'Octets', 'aria-describedby': 'keys' },
      ...shown,
    ),
  );
}

// The rows of layers over the same octets. A narrow page does not lay them out as a table, so the
// roles are spelled out.
function table(layers, octets) {
  if (layers.length === 0) return null;
  const row = ({ start, end, range, meaning, value }) => {
    const own = octets.slice(start, end).join(' ');
    return element(
      'tr',
      { role: 'row', ...data(range) },
      element('td', { role: 'cell', class: 'at' }, own ? String(start) : ''),
      element('td', { role: 'cell', class: 'own' }, own),
      element(
        'th',
        { role: 'rowheader', scope: 'row' },
        element('button', { type: 'button', tabindex: -1 }, meaning),
      ),
      element('td', { role: 'cell', class: 'value' }, ...breakable(value)),
    );
  };
  const group = ({ title, rows }) =>
    element(
      'tbody',
      { role: 'rowgroup' },
      element(
        'tr',
        { role: 'row' },
        element(
          'th',
          { role: 'rowheader', scope: 'rowgroup', colspan: 4 },
          element('h3', null, title),
        ),
      ),
      ...rows.map(row),
    );
  const head = ['At', 'Octets', 'Field', 'Value'].map((name) =>
    element('th', { role: 'columnheader', scope: 'col' }, name),
  );
  return element(
    'table',
    { role: 'table', 'aria-label': 'Fields, layer by layer' },
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...head)),
    ...layers.map(group),
  );
}

// Names may break after their separators.
const breakable = (text) =>
  text.split(/(?<=[./:@])(?=[a-z])/).flatMap((part) => [part, element('wbr')]);

const data = ([start, end]) => ({ 'data-start': start, 'data-end': end });

// --- Octets and rows highlight each other

function link(section) {
  const runs = [...section.querySelectorAll('.run')];
  const rows = [...section.querySelectorAll('tr[data-start]')];
  const stops = {
    run: runs.filter((run) => run.role === 'button'),
    row: rows.map((row) => row.querySelector('button')),
  };
  const isSame = ({ dataset: one }, { dataset: other }) =>
    one.start === other.start && one.end === other.end;
  const within = ({ dataset: run }, { dataset: of }) => +run.at >= +of.start && +run.to <= +of.end;
  const mark = (name, of) => {
    for (const run of runs) run.classList.toggle(name, of !== null && within(run, of));
    for (const row of rows) row.classList.toggle(name, of !== null && isSame(row, of));
  };
  const linked = (event) => event.target.closest('[data-start]');
  const firstRun = (of) => stops.run.find((run) => within(run, of));
  const firstRow = (of) => rows.find((row) => isSame(row, of));

  section.addEventListener('pointerover', (event) => mark('near', linked(event)));
  section.addEventListener('pointerleave', () => mark('near', null));
  section.addEventListener('focusin', (event) => {
    const of = linked(event);
    if (!of) return;
    mark('chosen', of);
    const current = { run: firstRun(of), row: firstRow(of)?.querySelector('button') };
    const own = stops.run.includes(event.target) ? 'run' : 'row';
    if (own === 'row' && current.run) reveal(current.run);
    current[own] = event.target;
    // Tab comes back to what was chosen, on either side.
    for (const [name, stop] of Object.entries(current).filter(([, stop]) => stop)) {
      for (const other of stops[name]) other.tabIndex = other === stop ? 0 : -1;
    }
  });
  section.addEventListener('click', (event) => {
    const of = linked(event);
    if (!of) return;
    if (event.detail === 0 && of.role !== 'button') firstRun(of)?.focus();
    else if (of.role === 'button') firstRow(of)?.scrollIntoView({ block: 'nearest' });
    else of.querySelector('button').focus({ preventScroll: true });
  });
  section.addEventListener('keydown', (event) => {
    const group = Object.values(stops).find((group) => group.includes(event.target));
    if (!group || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = group.indexOf(event.target);
    const [next, previous] = [group[at + 1], group[at - 1]];
    const targets = {
      ArrowDown: next,
      ArrowRight: next,
      ArrowUp: previous,
      ArrowLeft: previous,
      Home: group[0],
      End: group.at(-1),
    };
    // A row's button does this by its click.
    const row = firstRow(event.target)?.querySelector('button');
    if (group === stops.run) Object.assign(targets, { Enter: row, ' ': row });
    if (!(event.key in targets)) return;
    event.preventDefault();
    targets[event.key]?.focus();
  });
}

// Scrolls the pane, and not the page, until an octet is seen.
function reveal(run) {
  const pane = run.closest('.pane');
  const above = run.getClientRects()[0].top - pane.getBoundingClientRect().top;
  if (above < 0 || above + 40 > pane.clientHeight) pane.scrollTop += above - pane.clientHeight / 3;
}

// --- Paste and see

let latest = 0;

async function update() {
  const mine = (latest += 1);
  const value = (control) => (control.type === 'checkbox' ? control.checked : control.value);
  const request = Object.fromEntries(controls.map((control) => [control.id, value(control)]));
  let answer = { messages: [], problem: null };
  let failure = null;
  if (request.paste.trim()) {
    try {
      answer = await decode(request);
    } catch (error) {
      failure = `The decoder failed: ${error.message}. Please report it with what you pasted.`;
    }
  }
  if (mine === latest) show(answer, failure);
}

function show({ messages, problem }, failure) {
  for (const name of ['secret', 'nonce']) {
    const why = problem?.control === name ? problem.why : '';
    byId(`${name}-problem`).textContent = why;
    byId(name).setAttribute('aria-invalid', why !== '');
  }
  byId('status').textContent = failure ?? summary(messages);
  byId('keys').hidden = messages.every(({ layers }) => layers.length === 0);
  const failed = failure === null ? [] : [element('p', { class: 'problem' }, failure)];
  byId('results').replaceChildren(...failed, ...messages.map(message));
  byId('results').setAttribute('aria-busy', false);
}

function summary(messages) {
  if (messages.length === 0) return '';
  if (messages.length === 1) {
    const [{ error, remarks }] = messages;
    return error ? `Error: ${error.message}.` : remarks[0];
  }
  const parts = Object.entries(SUMMARIES).flatMap(([verdict, name]) => {
    const number = messages.filter((it) => it.verdict === verdict).length;
    return number > 0 ? `${number} ${name}` : [];
  });
  return `${count(messages.length, 'message')}: ${parts.join(', ')}.`;
}

let waiting;

function soon() {
  byId('results').setAttribute('aria-busy', true);
  clearTimeout(waiting);
  waiting = setTimeout(update, 150);
}

function fill(values) {
  for (const control of controls) {
    if (control.tagName === 'SELECT') control.selectedIndex = 0;
    else if (control.type === 'checkbox') control.checked = control.defaultChecked;
    else control.value = values[control.id] ?? '';
  }
  soon();
}

for (const control of controls) control.addEventListener('input', soon);
byId('shown').addEventListener('change', ({ target }) => {
  byId('secret').type = target.checked ? 'text' : 'password';
});
byId('example').addEventListener('click', () => fill(EXAMPLE));
byId('clear').addEventListener('click', () => fill({}));
// A browser may have kept what was typed before.
update();
