/** Conversation games: profiles a second of the kernel against twins, and a whole game's growth in profiles. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Game } from '../src/conversation/game.ts';
import { type IntegerGame, integerGame } from '../src/conversation/integers.ts';
import { totalsOf } from '../src/conversation/profiles.ts';
import { randomGame } from '../src/conversation/random.ts';
import { theorem1 } from '../src/conversation/result.ts';
import { strategies } from '../src/conversation/rules.ts';
import { analyseGame } from '../src/conversation/solve.ts';
import { profilesTask } from '../src/kernel/conversation.ts';
import { compileKernel, Kernel, type KernelBuild } from '../src/kernel/instance.ts';
import { Pool } from '../src/kernel/pool.ts';
import { type Measured, nativePeer, report, save, scratch, time, timing } from './harness.ts';
import { plainProfiles } from './peers/game.ts';
import { shownRate } from './shown.ts';

/** Different rules each, so that every profile is played. */
const FAMILIES = [
  { name: '2 Bobs with 181 rules, 5 features, 3 questions', bobs: 2, rules: 181, features: 5, messages: 3 },
  { name: '3 Bobs with 32 rules, 4 features, 2 questions', bobs: 3, rules: 32, features: 4, messages: 2 },
  { name: '15 Bobs with 2 rules, 4 features, 2 questions', bobs: 15, rules: 2, features: 4, messages: 2 },
];
const SIZES = { states: 3, actions: 3, exact: true };

const profilesOf = ({ counts }: IntegerGame) => counts.reduce((product, count) => product * count, 1);

/** Every player's totals, weighted by the rank so that the order counts. */
class Sums {
  readonly sums: number[];
  private readonly game: IntegerGame;

  constructor(game: IntegerGame) {
    this.game = game;
    this.sums = game.utilities.map(() => 0);
  }

  add(induced: Float64Array, profile: number): void {
    for (let player = 0; player < this.sums.length; player++) {
      const utility = this.game.utilities[player]!;
      let total = 0;
      for (let cell = 0; cell < induced.length; cell++) total += induced[cell]! * utility[cell]!;
      this.sums[player]! += total * (profile % 1021);
    }
  }
}

const PART = 4096;

function player(build: KernelBuild, game: IntegerGame): () => number[] {
  const kernel = new Kernel(compileKernel(build));
  const state = profilesTask.prepare(kernel, game.shared);
  const profiles = profilesOf(game);
  return () => {
    const sums = game.utilities.map(() => 0);
    for (let first = 0; first < profiles; first += PART) {
      const count = Math.min(PART, profiles - first);
      const { ids, distributions } = profilesTask.run(kernel, state, { first, count });
      game.utilities.forEach((utility, one) => {
        const totals = totalsOf(utility, distributions);
        for (let p = 0; p < count; p++) sums[one]! += totals[ids[p]!]! * ((first + p) % 1021);
      });
    }
    return sums;
  };
}

/** The game as bench/peers/game.cpp reads it. */
function written({ shared: s, utilities, counts }: IntegerGame): string {
  const file = join(scratch(), 'game.txt');
  const lists = [
    [s.bobs, s.featuresA, s.featuresB, s.states, s.actions, s.messagesA, s.messagesB],
    ...[counts, s.prior, s.gain, utilities.flatMap((utility) => [...utility]), s.says],
    s.marks.map((mark) => mark & 1),
    s.kinds,
  ];
  writeFileSync(file, lists.map((list) => [...list].join(' ')).join('\n'));
  return file;
}

async function kernels() {
  const native = nativePeer('game');
  const sections = [];
  for (const { name, ...family } of FAMILIES) {
    const game = randomGame(7, { ...SIZES, ...family });
    const integers = integerGame(game, strategies(game));
    assert.ok(integers.shared.deterministic);
    const profiles = profilesOf(integers);
    const lines: Measured[] = [];
    const add = (who: string, t: Measured['timing']) =>
      lines.push({ name: who, timing: t, rate: profiles / t.median, unit: 'profiles' });
    const ours = player('release', integers);
    const expected = ours();
    add('wasm, 1 thread', await time('wasm', ours));
    if (native) {
      const { sums, seconds } = native([written(integers), '9']) as { sums: number[]; seconds: number[] };
      assert.deepEqual(sums, expected);
      add('native C++, same algorithm, 1 thread', timing(seconds));
    }
    const plain = () => {
      const sums = new Sums(integers);
      plainProfiles(integers.shared, (induced, profile) => sums.add(induced, profile));
      return sums.sums;
    };
    assert.deepEqual(plain(), expected);
    add('plain TypeScript, same algorithm', await time('plain', plain, { runs: 3 }));
    sections.push(report(`game, ${profiles} profiles: ${name}`, lines));
  }
  return sections;
}

/** Two Bobs with all their deterministic rules: (2^2m)^2 profiles for m features of x_B. */
const allRulesGame = (features: number): Game =>
  randomGame(3, { ...SIZES, features, bobs: 2, messages: 2, aligned: true });

async function growth() {
  const sections = [];
  for (const threads of [1, 2]) {
    const pool = new Pool({ threads });
    const lines: Measured[] = [];
    for (const features of [2, 3, 4, 5]) {
      const game = allRulesGame(features);
      const solved = await analyseGame(game, pool);
      const { profiles } = solved.played;
      assert.equal(profiles, 4 ** (2 * features));
      const { applies, holds } = theorem1(solved);
      assert.ok(!applies || holds !== false);
      const t = await time(`${features}`, () => analyseGame(game, pool), { runs: 3 });
      lines.push({ name: `${profiles} profiles`, timing: t, rate: profiles / t.median, unit: 'profiles' });
    }
    sections.push(
      report(`sections 2 and 3 of a game, 2 Bobs with all rules, ${threads} thread${threads > 1 ? 's' : ''}`, lines),
    );
    await pool.close();
  }
  return sections;
}

export async function run(): Promise<void> {
  const sections = await kernels();
  const rates = sections.map(({ lines }) => lines![0]!.rate!);
  const said = `${shownRate(Math.min(...rates))} to ${shownRate(Math.max(...rates))} profiles/s on one thread.`;
  await save('game', said, [...sections, ...(await growth())]);
}
