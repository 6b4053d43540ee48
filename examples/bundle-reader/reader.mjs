// Reads a bundle of plmctl and checks all of it, with nothing but Node. The format: docs/bundle.md.
import { createHash } from "node:crypto";

const sha256 = (data) => "sha256:" + createHash("sha256").update(data).digest("hex");
export const demand = (holds, why) => { if (!holds) throw new Error(why); };

/** Canonical JSON (RFC 8785): keys by their UTF-16, numbers and texts as JSON.stringify has them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

const TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
const crc32 = (data) => (data.reduce((crc, byte) => TABLE[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function bytes(fields) { // [size, number] in little endian
  const made = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  fields.reduce((at, [size, number]) => made.writeUIntLE(number, at, size), 0);
  return made;
}

/** The one zip of these files: stored, in their order, dated 1980-01-01. */
function packed(files) {
  const parts = [], central = [];
  let offset = 0;
  for (const [name, data] of files) {
    const common = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(data)], [4, data.length], [4, data.length]];
    const size = [2, Buffer.byteLength(name)];
    const local = Buffer.concat([bytes([[4, 0x04034b50], ...common, size, [2, 0]]), Buffer.from(name)]);
    central.push(bytes([[4, 0x02014b50], [2, 0x314], ...common, size, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0o100644 * 65536], [4, offset]]));
    central.push(Buffer.from(name));
    parts.push(local, data);
    offset += local.length + data.length;
  }
  const directory = Buffer.concat(central), count = [2, files.length];
  return Buffer.concat([...parts, directory, bytes([[4, 0x06054b50], [2, 0], [2, 0], count, count, [4, directory.length], [4, offset], [2, 0]])]);
}

function unpacked(data) {
  const files = [];
  for (let at = 0; at + 30 <= data.length && data.readUInt32LE(at) === 0x04034b50;) {
    const start = at + 30 + data.readUInt16LE(at + 26), end = start + data.readUInt32LE(at + 18);
    files.push([data.subarray(at + 30, start).toString(), data.subarray(start, end)]);
    at = end;
  }
  demand(packed(files).equals(data), "not a bundle: it was changed, or cut off");
  demand(files.every(([name]) => name.split("/").every((part) => !["", ".", ".."].includes(part))), "the path of a file leaves it");
  demand(new Set(files.map(([name]) => name)).size === files.length, "a file stands in it twice");
  return files;
}

function lockOf(text) {
  const lock = JSON.parse(text);
  demand(JSON.stringify(lock, null, 2) + "\n" === text, "the lock is not as plmctl writes it");
  demand(lock.lockVersion === 1, `lockVersion ${lock.lockVersion} is not read here`);
  return lock;
}

/** The bundle in these bytes, all of it checked. `digest` is the sha256 of the lock that you trust. */
export function read(data, digest) {
  const [[main, json] = [], ...rest] = unpacked(data);
  demand(main === "bundle.json", "it does not begin with bundle.json");
  const bundle = JSON.parse(json);
  demand(Buffer.from(canonical(bundle)).equals(json), "bundle.json is not as plmctl writes it");
  demand(bundle.bundleVersion === 1, `bundleVersion ${bundle.bundleVersion} is not read here`);
  demand(digest === undefined || sha256(bundle.lock) === digest, "it holds another lock than was asked for");
  const lock = lockOf(bundle.lock), wanted = {};
  demand(same(Object.keys(bundle.artifacts).sort(), Object.keys(lock.artifacts).sort()), "other artifacts than in its lock");
  for (const [id, { path, digest, metadataDigest, files }] of Object.entries(lock.artifacts)) {
    const { manifest, metadata } = bundle.artifacts[id];
    demand(sha256(manifest) === digest && sha256(metadata) === metadataDigest, `${id} is not as it was locked`);
    for (const [file, hash] of Object.entries(files)) if (file !== path) wanted[`files/${file}`] = hash;
  }
  demand(same(Object.fromEntries(rest.map(([name, content]) => [name, sha256(content)])), wanted), "other files than in its lock");
  confirm(bundle.release, lock, bundle.lock);
  return { lock, artifacts: Object.fromEntries(Object.entries(bundle.artifacts).map(([id, { manifest }]) => [id, JSON.parse(manifest)])) };
}

// The last line that begins a signature: a text may quote one before it.
const SIGNATURE = /^-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----/gm;

const same = (one, other) => canonical(one) === canonical(other);

/** That the release says of each artifact what the lock says. Who signed its tag is asked of ssh-keygen. */
function confirm(release, lock, text) {
  const tag = Buffer.from(release.tag, "base64"), { tagObject, commit } = lock.source;
  const [head, message] = tag.toString().split(/\n\n([^]*)/), signature = [...message.matchAll(SIGNATURE)].pop();
  const block = message.slice(0, signature?.index).trimEnd().split("\n\n").pop();
  const id = createHash(tagObject?.length > 40 ? "sha256" : "sha1").update(`tag ${tag.length}\0`).update(tag).digest("hex");
  const trailers = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/)));
  demand(head.startsWith(`object ${commit ?? head.slice(7, head.indexOf("\n"))}\ntype commit\ntag ${release.name}\n`) && release.name === lock.source.release
    && id === (tagObject ?? id), "its tag is not the one that was locked");
  demand(trailers.Registry === lock.registry.name && trailers.Lock === sha256(release.lock), "its tag names another plm.lock");
  if (lock.root === null) return demand(release.lock === text, "its lock is not that plm.lock");
  const state = lockOf(release.lock).artifacts, members = (id, seen = new Set()) => seen.has(id) ? seen
    : lock.artifacts[id].requires.reduce((found, next) => members(next, found), seen.add(id));
  for (const [id, entry] of Object.entries(lock.artifacts)) {
    const { closure, requires, data, ...rest } = entry, { closure: _, requires: before, data: was, ...there } = state[id];
    const bound = [...new Set(before.map((other) => lock.bind?.[other] ?? other))].sort();
    demand(same(rest, there) && same(requires, bound) && same((data ?? []).filter((one) => !one.commit), was ?? []), `${id} is not as ${release.name} has it`);
    demand(closure === sha256(canonical([...members(id)].sort().map((one) => [one, lock.artifacts[one].digest]))), `the closure of ${id} is another`);
  }
  demand(members(lock.root).size === Object.keys(lock.artifacts).length, "more than the root needs");
}
