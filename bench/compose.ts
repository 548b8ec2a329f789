/** Writes BENCHMARKS.md from what the benches saved in out/bench: nothing in it is written by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../src/report/files.ts';
import type { environment, Grid, Measured, Section } from './harness.ts';
import { against, shownBytes, shownRate, shownRatio, shownSeconds } from './shown.ts';

interface Saved extends ReturnType<typeof environment> {
  readonly bench: string;
  readonly headline: string;
  readonly sections: readonly Section[];
}

const FOLDER = fileURLToPath(new URL('../out/bench/', import.meta.url));

function table(lines: readonly Measured[]): string {
  const rated = lines.some(({ rate }) => rate !== undefined);
  const rows = lines.map(({ name, timing: { median, quartiles, runs }, rate, unit, ratio }) => {
    const spread = `${shownSeconds(quartiles[0])} … ${shownSeconds(quartiles[1])}`;
    const cells = [
      name,
      shownSeconds(median),
      runs > 1 ? spread : '',
      String(runs),
      ratio === undefined ? '' : shownRatio(ratio),
    ];
    return row(rated ? [...cells, rate === undefined ? '' : `${shownRate(rate)} ${unit}/s`] : cells);
  });
  const head = ['', 'median', 'middle half', 'runs', 'time', ...(rated ? ['work'] : [])];
  return [...columns(head), ...rows].join('\n');
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const columns = (head: readonly string[]) => [row(head), `|---|${'---:|'.repeat(head.length - 1)}`];

const gridTable = ({ head, rows }: Grid) => [...columns(head), ...rows.map(row)].join('\n');

/** The first line against the others, where a bench does not say what its numbers show; details follow names' commas. */
function compared([first, ...others]: readonly Measured[]): string {
  const short = (name: string) => name.split(',')[0]!;
  return `${short(first!.name)} is ${others.map(({ name, ratio }) => against(short(name), ratio!)).join(', ')}.`;
}

function section({ title, asked, reading, lines, grid, cannot, figure }: Section): string {
  const shows = reading ?? (lines && lines.length > 1 ? compared(lines) : undefined);
  return [
    `### ${title}`,
    asked,
    lines && table(lines),
    grid && gridTable(grid),
    shows,
    figure && `![${title}](docs/figures/${figure})`,
    cannot && cannot.length > 0 && `Not in the table:\n\n${cannot.map((one) => `- ${one}`).join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

const machineOf = ({ cpu, cores, memory, node, tools }: Saved) =>
  [
    `${cpu}, ${cores} cores, ${shownBytes(memory)}`,
    `Node ${node.slice(1)}`,
    ...Object.entries(tools).map(([tool, version]) => `${tool} ${version}`),
  ].join('; ');

function chapter(saved: Saved, machine: string): string {
  const own = machineOf(saved);
  const where = own === machine ? '' : ` on ${own},`;
  const head = `## ${saved.bench}\n\n\`npm run bench -- ${saved.bench}\`,${where} commit ${saved.commit.slice(0, 12)}.`;
  return [head, ...saved.sections.map(section)].join('\n\n');
}

/** Composes the page from every saved bench, in the order given; those that never ran are left out. */
export async function compose(order: readonly string[]): Promise<void> {
  if (!existsSync(FOLDER)) return;
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  const saved = order
    .filter((name) => names.includes(`${name}.json`))
    .map((name) => JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Saved);
  if (saved.length === 0) return;
  const machine = machineOf(saved[0]!);
  const text = `# Benchmarks

Written by \`npm run bench\`; nothing here is written by hand. Every answer is checked before it is timed. *Time* is the median over
the first line's, measured in the same run: ×2 takes twice as long. Absolute times depend on the machine and on what else it
does, ratios less so. ± is half the range that holds the middle half of the runs; a figure without it is one run. Peers are
compiled or found on the spot: C++ with \`g++ -O3 -march=native\`, numpy and scipy on one thread.

Machine: ${machine}.

${saved.map(({ bench, headline }) => `- [${bench}](#${bench}): ${headline}`).join('\n')}

${saved.map((one) => chapter(one, machine)).join('\n\n')}
`;
  await writeWhole(fileURLToPath(new URL('../BENCHMARKS.md', import.meta.url)), text);
}
