// One market from Node: node examples/node/market.mjs [table.csv]
import { Pool, parseTable, readTable, solve, sweep } from 'market-alignment';

const [file] = process.argv.slice(2);
const table = file
  ? await readTable(file)
  : parseTable('state,policy,alice,Ada,Bo\nrain,stay,0.5,1,0\nrain,go,1,0.25,1\nsun,stay,0,0.5,0\nsun,go,1,0.75,1\n');

// A pool can serve many calls; close it at the end.
const pool = new Pool({ threads: 2 });
try {
  const { optimum, worst, stable } = await solve(table, { pool });
  console.log(
    `best for Alice ${optimum.alice.exact}, worst equilibrium ${worst.alice.exact} (${stable?.count} stable)`,
  );
  const { committees } = await sweep(table, { pool });
  for (const { bobs, worst } of committees) console.log(`${bobs.join(' + ')}: ${worst.alice.exact}`);
} finally {
  await pool.close();
}
