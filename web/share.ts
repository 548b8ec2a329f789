/** The market in the page's address, after the #: a paper's table by its name, any other packed into the link. */

export interface Shared {
  /** A paper's table, or 'own' with its text. */
  readonly source: string;
  readonly text?: string;
  /** Numbers of the Bobs in the market; absent: all. */
  readonly committee?: readonly number[];
  /** Whether providers may randomise; absent: they may not. */
  readonly randomised?: boolean;
}

/** Longer texts do not make usable links. */
const MOST_TEXT = 2e6;
const MOST_LINK = 60_000;

async function through(bytes: Uint8Array<ArrayBuffer>, step: GenericTransformStream): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(step)).arrayBuffer());
}

async function pack(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function unpack(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  );
  const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw')));
  if (text.length > MOST_TEXT) throw new Error('the link holds too much');
  return text;
}

/** @throws Error where the table is too large for a link */
export async function toHash({ source, text, committee, randomised }: Shared): Promise<string> {
  const parts = new URLSearchParams();
  if (text === undefined) parts.set('table', source);
  else parts.set('data', await pack(text));
  if (committee) parts.set('bobs', committee.join('.'));
  if (randomised) parts.set('schemes', 'randomised');
  const hash = `#${parts}`;
  if (hash.length > MOST_LINK) throw new Error('this table is too large for a link: share its file instead');
  return hash;
}

export async function fromHash(hash: string): Promise<Shared | undefined> {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const [table, data, bobs] = [parts.get('table'), parts.get('data'), parts.get('bobs')];
  const numbers = bobs?.split('.').map(Number).filter(Number.isInteger);
  const market = {
    ...(numbers ? { committee: numbers } : {}),
    ...(parts.get('schemes') === 'randomised' ? { randomised: true } : {}),
  };
  if (data !== null) return { source: 'own', text: await unpack(data), ...market };
  return table === null ? undefined : { source: table, ...market };
}
