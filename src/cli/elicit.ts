/** `elicit <plan>`: scores from language models, personas × items, through an OpenAI-compatible endpoint. */
import { Command, Option } from 'commander';
import { elicit, estimate } from '../elicit/elicit.ts';
import type { ElicitEstimate, ElicitResult } from '../elicit/results.ts';
import { type SharedOptions, sharedOptions } from './options.ts';
import { COMPACT, type Context, type Output, runCommand, shown, textTable } from './run.ts';

interface Options extends SharedOptions {
  folder?: string;
  dryRun?: boolean;
  partial?: boolean;
  askMissing?: boolean;
  personasOnly?: boolean;
}

/** Two decimals; four of what is less than one. */
const money = (cost: number) => cost.toFixed(cost < 1 ? 4 : 2);

function output(result: ElicitResult | ElicitEstimate): Output {
  const { spent, questions, answered, missing, open } = result;
  const ahead = result.kind === 'elicit-estimate' ? result.expected : undefined;
  const rows: [string, string | number | null][] = [
    ['questions', questions],
    ['answered', answered],
    ['missing', missing],
    ['open', open],
    ['requests', spent.requests],
    ['tokens in', spent.tokens.input],
    ['tokens out', spent.tokens.output],
    ['cost', spent.cost],
  ];
  if (ahead)
    rows.push(
      ['expected requests', ahead.requests],
      ['expected tokens in', ahead.tokens.input],
      ['expected tokens out', ahead.tokens.output],
      ['expected cost', ahead.cost],
      ['estimated from', ahead.basis === 'answers' ? 'what the answers so far took' : 'the lengths of the texts'],
    );
  if (result.kind === 'elicit') rows.push(...Object.entries(result.files));
  const cell = (value: string | number | null) => (typeof value === 'number' ? shown(value) : value);
  const text = textTable(
    ['', ''],
    rows.map(([what, value]) => [what, cell(value)]),
  );
  return { result, columns: ['what', 'value'], rows, text };
}

async function work(
  planFile: string,
  options: Options,
  { signal, deadline, progress, note }: Context,
): Promise<Output> {
  if (options.dryRun) {
    const result = await estimate(planFile, options);
    if (result.passes !== null) note(`the expectation passes ${result.passes}`);
    return output(result);
  }
  const finishing = () => note('finishing the requests in flight; Ctrl-C again drops them');
  signal.addEventListener('abort', finishing, { once: true });
  const result = await elicit(planFile, {
    ...options,
    signal,
    deadline,
    onProgress: (done, total, { tokens, cost }) =>
      progress(done, total, `| ${COMPACT.format(tokens)} tokens${cost === undefined ? '' : `, cost ${money(cost)}`}`),
    onNotice: options.quiet ? () => {} : note,
  });
  if (!result) return output(await estimate(planFile, options));
  if (result.missing > 0)
    note(
      `${result.missing} answers are missing (${result.files.missing}): --ask-missing asks again, hull --missing drop-item leaves their items out`,
    );
  if (result.stopped !== null) note(`stopped early: ${result.stopped}`);
  return output(result);
}

export function command(): Command {
  const built = new Command('elicit')
    .description('ask language models for scores, personas × items, and keep every answer (docs/elicit.md)')
    .argument('<plan>', 'what to ask whom: .json, .yaml or .yml')
    .addOption(new Option('--folder <folder>', 'journal and results (default: <plan>.elicit beside the plan)'))
    .addOption(new Option('--dry-run', 'estimate requests, tokens and cost, and ask nothing'))
    .addOption(new Option('--partial', 'begin although a limit is below the estimate, and stop at it'))
    .addOption(new Option('--ask-missing', 'ask again what was recorded as missing'))
    .addOption(new Option('--personas-only', 'make the file of personas and stop'));
  for (const option of sharedOptions()) {
    // Nothing here draws, computes on threads or is random.
    if (['--plot', '--threads', '--seed'].includes(option.long ?? '')) continue;
    built.addOption(option);
  }
  return built.action((plan: string, options: Options) =>
    runCommand(options, (context) => work(plan, options, context)),
  );
}
