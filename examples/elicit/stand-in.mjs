// A STAND-IN for a language model, on loopback: it speaks the chat-completions protocol and knows nothing. Its scores follow
// from hashes of the texts that it is sent: what it makes of an item is shared by all personas, how a persona leans is its own.
// One question in 2,000 it declines to answer.
//
//     node examples/elicit/stand-in.mjs [port]
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

/** Numbers in [-1, 1] that depend on `text` alone. */
function numbersOf(text, count) {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from({ length: count }, (_, i) => bytes.readUInt16BE(2 * i) / 32767.5 - 1);
}

/** The score of an item for a persona, 0 to 100: what the item is worth, the persona's leanings along six of its features, noise. */
function score(persona, item) {
  const [worth, ...features] = numbersOf(item, 7);
  const leanings = numbersOf(persona, 6);
  const [noise] = numbersOf(`${persona}\n${item}`, 1);
  const leaning = features.reduce((sum, feature, i) => sum + feature * leanings[i], 0);
  return Math.round(Math.min(100, Math.max(0, 50 + 30 * worth + 25 * leaning + 6 * noise)));
}

const OPENINGS = [
  'Imagine this.',
  'This is your part.',
  'Play a role.',
  'For what follows:',
  'Put yourself in this place.',
];
const MIDDLES = ['', 'Take a moment.', 'Be honest.', 'Do not explain yourself.', 'Trust yourself.'];
const ENDINGS = ['', 'Thank you.', 'That is all.', 'Nothing else is asked of you.'];
let rewordings = 0;

/** The next `count` rewordings of a prompt; after a hundred they come again. */
function reword(prompt, count) {
  return Array.from({ length: count }, () => {
    const n = rewordings++;
    const middle = MIDDLES[Math.floor(n / OPENINGS.length) % MIDDLES.length];
    const ending = ENDINGS[Math.floor(n / OPENINGS.length / MIDDLES.length) % ENDINGS.length];
    return [OPENINGS[n % OPENINGS.length], middle, prompt, ending].filter(Boolean).join(' ');
  });
}

function reply({ messages, response_format: schema }) {
  const [first, second] = messages.map(({ content }) => content);
  const [, count] = /^Write (\d+) different rewordings/.exec(second) ?? [];
  if (count) return JSON.stringify({ prompts: reword(second.slice(second.indexOf('\n\n') + 2), Number(count)) });
  const item = second.split('\n')[0];
  if (createHash('sha256').update(`${item}${first}`).digest().readUInt32BE() % 2000 === 0)
    return 'I would rather not say.';
  return schema ? JSON.stringify({ score: score(first, item) }) : String(score(first, item));
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const question = JSON.parse(body);
  const content = reply(question);
  // About four bytes a token.
  const tokens = (text) => Math.ceil(text.length / 4);
  const usage = { prompt_tokens: tokens(body), completion_tokens: tokens(content) };
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: 'stand-in', object: 'chat.completion', model: question.model, choices, usage }));
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 8765), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/v1`);
  console.error('This is a stand-in: its scores are hashes, not the judgement of a model.');
});
