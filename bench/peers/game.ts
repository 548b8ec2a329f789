/** The search of assembly/conversation.ts and questions.ts in plain TypeScript, for games of one round without randomising. */
import type { ProfilesShared } from '../../src/kernel/conversation.ts';

const MEMORY = 32;
const SKIP = 1;

/** Plays every profile and hands its induced distribution, [action][y], to `use`; the array is used again. */
export function plainProfiles(game: ProfilesShared, use: (induced: Float64Array, profile: number) => void): void {
  const { bobs: k, featuresA, featuresB: nB, states, actions, messagesA, messagesB, firstRule } = game;
  const played = firstRule.slice(0, k);
  const joint = new Int32Array((k + 1) * nB);
  const jointKinds = new Int32Array(k + 1).fill(1);
  const labels = new Int32Array((k + 1) * nB);
  const bestLabels = new Int32Array(nB);
  const seen = new Int32Array((k + 1) * MEMORY * nB);
  const seenCount = new Int32Array(k + 1);
  const pairs = new Int32Array(nB * Math.max(nB, messagesB));
  const totals = new Float64Array(nB * actions);
  const induced = new Float64Array(actions * states);
  let best = 0;
  let enough = 0;

  const relabel = (
    from: Int32Array,
    at: number,
    second: Int32Array,
    first: number,
    stride: number,
    seconds: number,
    blocks: number,
  ) => {
    pairs.fill(0, 0, blocks * seconds);
    let found = 0;
    for (let x = 0; x < nB; x++) {
      const label = from[at + x]!;
      if (label < 0) {
        from[at + nB + x] = -1;
        continue;
      }
      const pair = label * seconds + second[first + x * stride]!;
      if (pairs[pair] === 0) pairs[pair] = ++found;
      from[at + nB + x] = pairs[pair]! - 1;
    }
    return found;
  };

  const partitionValue = (xA: number, from: Int32Array, at: number, blocks: number): number => {
    totals.fill(0, 0, blocks * actions);
    for (let x = 0; x < nB; x++) {
      const label = from[at + x]!;
      if (label < 0) continue;
      for (let a = 0; a < actions; a++) totals[label * actions + a]! += game.gain[(xA * nB + x) * actions + a]!;
    }
    let sum = 0;
    for (let block = 0; block < blocks; block++) {
      let most = totals[block * actions]!;
      for (let a = 1; a < actions; a++) most = Math.max(most, totals[block * actions + a]!);
      sum += most;
    }
    return sum;
  };

  const isKnown = (bob: number): boolean => {
    const at = bob * nB;
    for (let n = 0; n < seenCount[bob]!; n++) {
      let x = 0;
      while (x < nB && seen[(bob * MEMORY + n) * nB + x] === labels[at + x]) x++;
      if (x === nB) return true;
    }
    if (seenCount[bob]! < MEMORY) {
      for (let x = 0; x < nB; x++) seen[(bob * MEMORY + seenCount[bob]!) * nB + x] = labels[at + x]!;
      seenCount[bob]!++;
    }
    return false;
  };

  const ask = (xA: number, bob: number, blocks: number): void => {
    if (bob === k || blocks === jointKinds[k]) {
      const value = partitionValue(xA, labels, bob * nB, blocks);
      if (value > best) {
        best = value;
        for (let x = 0; x < nB; x++) bestLabels[x] = labels[bob * nB + x]!;
      }
      return;
    }
    const rule = played[bob]!;
    for (let message = 0; message < messagesA; message++) {
      if (game.marks[rule * messagesA + message] === SKIP) continue;
      const says = rule * nB * messagesA + message;
      const found = relabel(labels, bob * nB, game.says, says, messagesA, messagesB, blocks);
      if (isKnown(bob + 1)) continue;
      ask(xA, bob + 1, found);
      if (best >= enough) return;
    }
  };

  const play = (xA: number): void => {
    let possible = false;
    for (let x = 0; x < nB; x++) {
      labels[x] = game.mass[xA * nB + x]! > 0 ? 0 : -1;
      if (labels[x] === 0) possible = true;
    }
    if (!possible) return;
    enough = partitionValue(xA, joint, k * nB, jointKinds[k]!);
    best = Number.NEGATIVE_INFINITY;
    seenCount.fill(0);
    ask(xA, 0, 1);
    let blocks = 0;
    for (let x = 0; x < nB; x++) blocks = Math.max(blocks, bestLabels[x]! + 1);
    partitionValue(xA, bestLabels, 0, blocks);
    for (let x = 0; x < nB; x++) {
      const label = bestLabels[x]!;
      if (label < 0) continue;
      let action = 0;
      for (let a = 1; a < actions; a++)
        if (totals[label * actions + a]! > totals[label * actions + action]!) action = a;
      for (let y = 0; y < states; y++) induced[action * states + y]! += game.prior[(xA * nB + x) * states + y]!;
    }
  };

  let changed = 0;
  for (let profile = 0; ; profile++) {
    for (let bob = changed; bob < k; bob++)
      jointKinds[bob + 1] = relabel(joint, bob * nB, game.kinds, played[bob]! * nB, 1, nB, jointKinds[bob]!);
    induced.fill(0);
    for (let xA = 0; xA < featuresA; xA++) play(xA);
    use(induced, profile);
    for (changed = k - 1; changed >= 0; changed--) {
      if (++played[changed]! < firstRule[changed + 1]!) break;
      played[changed] = firstRule[changed]!;
    }
    if (changed < 0) return;
  }
}
