/** Writes BENCHMARKS.md from what the benches saved in out/bench: nothing in it is written by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../src/report/files.ts';
import { type Measured, shownSeconds } from './harness.ts';

interface Saved {
  readonly bench: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly commit: string;
  readonly tools?: Record<string, string>;
  readonly sections: readonly { readonly title?: string; readonly lines?: readonly Measured[] }[];
}

const FOLDER = fileURLToPath(new URL('../out/bench/', import.meta.url));

function table(lines: readonly Measured[]): string {
  const rows = lines.map(({ name, timing, rate, unit, ratio }) => {
    const work = rate === undefined ? '' : `${(rate / 1e6).toPrecision(4)} M ${unit}/s`;
    const spread = `${shownSeconds(timing.quartiles[0])} … ${shownSeconds(timing.quartiles[1])}`;
    return `| ${name} | ${shownSeconds(timing.median)} | ${spread} | ${timing.runs} | ${ratio?.toPrecision(3) ?? ''} | ${work} |`;
  });
  return ['| | median | middle half | runs | ratio | rate |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function chapter({ bench, cpu, cores, node, commit, tools, sections }: Saved): string {
  const peers = Object.entries(tools ?? {}).map(([tool, version]) => `, ${tool} ${version}`);
  const head = `## ${bench}\n\n\`npm run bench -- ${bench}\` on ${cpu}, ${cores} cores, Node ${node}${peers.join('')}; commit ${commit.slice(0, 12)}.`;
  const bodies = sections.map((section) =>
    section.lines
      ? `### ${section.title}\n\n${table(section.lines)}`
      : `\`\`\`json\n${JSON.stringify(section, null, 2)}\n\`\`\``,
  );
  return [head, ...bodies].join('\n\n');
}

/** Composes the page from every saved bench, in the order given; those that never ran are left out. */
export async function compose(order: readonly string[]): Promise<void> {
  if (!existsSync(FOLDER)) return;
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  const saved = order
    .filter((name) => names.includes(`${name}.json`))
    .map((name) => JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as Saved);
  const text = `# Benchmarks

Written by \`npm run bench\`. Every answer is checked before it is timed; every ratio is to the first line of its table, measured in
the same run. Absolute times depend on the machine and on what else it does; ratios less so.

${saved.map(chapter).join('\n\n')}
`;
  await writeWhole(fileURLToPath(new URL('../BENCHMARKS.md', import.meta.url)), text);
}
