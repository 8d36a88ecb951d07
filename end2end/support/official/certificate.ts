import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A key and a certificate that it signed itself (RFC 5280), for `*.{domain}` and an IPv4 address where
 * one is given, for one day.
 */
export function selfSigned(domain: string, address?: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const now = Date.now();
  const name = sequence(set(sequence(oid("550403"), value(0x0c, Buffer.from(domain)))));
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const names = [value(0x82, Buffer.from(`*.${domain}`))];
  if (address) names.push(value(0x87, Buffer.from(address.split(".").map(Number))));
  const alternative = sequence(...names);
  const extension = sequence(oid("551d11"), value(0x04, alternative));
  const content = sequence(
    value(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(now - HOUR), time(now + 24 * HOUR)),
    name,
    publicKey,
    value(0xa3, sequence(extension)),
  );
  const signature = sign("sha256", content, privateKey);
  const bits = value(0x03, Buffer.concat([Buffer.from([0]), signature]));
  const lines = sequence(content, algorithm, bits).toString("base64").match(/.{1,64}/g) ?? [];
  const cert = ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
  return { key: privateKey, cert };
}

const HOUR = 3_600_000;

/** Tag, length and content (X.690 §8.1). */
function value(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return value(0x30, Buffer.concat(parts));
}

function set(...parts: Buffer[]): Buffer {
  return value(0x31, Buffer.concat(parts));
}

function integer(content: Buffer): Buffer {
  return value(0x02, content);
}

function oid(hex: string): Buffer {
  return value(0x06, Buffer.from(hex, "hex"));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, "").slice(0, 14);
  return value(0x18, Buffer.from(`${digits}Z`));
}
