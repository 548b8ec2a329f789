/** The page: where its input comes from (a paper's table, a file, text, a link), and what the reader takes away. */
import { InputError, prepare, VERSION } from '../src/browser/index.ts';
import { wireSteps } from './answer.ts';
import { hullCsv, sweepCsv } from './csv.ts';
import { block, button, byId } from './dom.ts';
import { leaveMarket, mayRandomise, membersOf, openTable, showMarket, sweptResult, wireMarket } from './market.ts';
import { wirePlace } from './place.ts';
import { save } from './save.ts';
import { fittedResult, leaveScores, openScores, showScores } from './scores.ts';
import { fromHash, type Shared, toHash } from './share.ts';
import { complain, forgive, say, wireStatus } from './status.ts';

prepare();

const MOST_BYTES = 16 * 2 ** 20;

const select = byId('source', HTMLSelectElement);
const paste = byId('paste', HTMLTextAreaElement);
const file = byId('file', HTMLInputElement);

/** The input that is shown, as it came or was edited. */
let text = '';

/** Scores have no states: the header tells them from a table. */
const isTable = (given: string) =>
  /^\uFEFF?\s*[[{]/.test(given) || /(^|,)"?(state|policy)"?(,|\r?$)/m.test(given.split('\n', 1)[0]!);

function showPaste(shown: boolean): void {
  block('paste-box').hidden = !shown;
  button('paste-open').setAttribute('aria-expanded', String(shown));
  if (shown) paste.focus();
}

/** What is shown from now on. */
function shown(now: string, source: string): void {
  text = now;
  select.value = source;
  showPaste(false);
}

function edited(next: string): void {
  text = next;
  select.value = 'own';
  forgive();
}

async function textOf(source: string): Promise<string> {
  const response = await fetch(`tables/${encodeURIComponent(source)}.csv`);
  if (!response.ok) throw new InputError(`there is no table called ${source}`);
  return response.text();
}

async function open({ source, text: own, committee: members, randomised }: Shared): Promise<void> {
  try {
    const given = own ?? (await textOf(source));
    const name = own === undefined ? source : 'own';
    if (isTable(given)) {
      const onShown = () => {
        leaveScores();
        shown(given, name);
      };
      await openTable({ text: given, members, randomised, onShown, onEdit: edited });
    } else
      await openScores(given, () => {
        leaveMarket();
        shown(given, name);
      });
  } catch (error) {
    complain(error);
  }
}

async function openFile(given: File | null | undefined): Promise<void> {
  if (!given) return;
  if (given.size > MOST_BYTES) complain(new InputError(`${given.name} has more than 16 MB: use the command line`));
  else await open({ source: 'own', text: await given.text() });
}

async function share(): Promise<void> {
  const members = membersOf();
  const own = select.value === 'own' ? { text } : {};
  const chosen = { ...(members ? { committee: members } : {}), randomised: mayRandomise() };
  const hash = await toHash({ source: select.value, ...own, ...chosen });
  history.replaceState(null, '', hash);
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  say(copied ? 'The link is on your clipboard, and in the address bar.' : 'The link is in the address bar.');
}

function wireInput(): void {
  select.addEventListener('change', () => {
    showPaste(select.value === 'own');
    if (select.value !== 'own') void open({ source: select.value });
  });
  file.addEventListener('change', () => void openFile(file.files?.[0]));
  button('paste-open').addEventListener('click', () =>
    showPaste(button('paste-open').getAttribute('aria-expanded') === 'false'),
  );
  button('use-paste').addEventListener('click', () => void open({ source: 'own', text: paste.value }));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    void openFile(event.dataTransfer?.files[0]);
  });
  addEventListener(
    'hashchange',
    () => void fromHash(location.hash).then((shared) => shared && open({ randomised: false, ...shared }), complain),
  );
}

function wireOutput(): void {
  button('share').addEventListener('click', () => void share().catch(complain));
  button('json').addEventListener('click', () => {
    const result = fittedResult() ?? sweptResult();
    if (result) save('market-alignment.json', `${JSON.stringify(result, null, 2)}\n`, 'application/json');
  });
  button('csv').addEventListener('click', () => {
    const [fitted, swept] = [fittedResult(), sweptResult()];
    if (fitted) save('hull.csv', hullCsv(fitted), 'text/csv');
    else if (swept) save('committees.csv', sweepCsv(swept), 'text/csv');
  });
  button('table-csv').addEventListener('click', () => save('input.csv', text, 'text/csv'));
  const colours = matchMedia('(prefers-color-scheme: dark)');
  colours.addEventListener('change', () => void (fittedResult() ? showScores() : showMarket()).catch(complain));
}

block('version').textContent = VERSION;
wireSteps();
wireStatus();
wirePlace();
wireMarket();
wireInput();
wireOutput();
await fromHash(location.hash)
  .catch((error: unknown) => {
    complain(error);
    return undefined;
  })
  .then((shared) => open(shared ?? { source: 'synthetic-2' }));
