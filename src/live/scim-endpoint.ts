import { LiveError } from "../model/live-error.js";

/**
 * The endpoint as a URL that ends in a slash. The token goes wherever it leads: so only over TLS, but for this machine
 * itself, where the sandbox listens.
 * @throws LiveError that does not repeat the text: somebody may have put the token in its place.
 */
export function scimEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refused("The SCIM endpoint is no URL.");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw refused("The SCIM endpoint has a user, a query or a fragment in its URL.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw refused("The SCIM endpoint must begin with https://, so that nobody on the way reads the token.");
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/**
 * Refuses what no token is. It would fail later, with the token in the error.
 * @throws LiveError
 */
export function requireScimToken(token: string): void {
  if (/^[!-~]+$/.test(token)) return;
  throw new LiveError(
    token === ""
      ? "The SCIM token is empty."
      : "The SCIM token has a space, a line break or another sign in it that no token has.",
    { kind: "credentials", help: "Give the access token as the console showed it, and nothing else." },
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(message: string): LiveError {
  return new LiveError(message, {
    kind: "invalid",
    help: "Copy the endpoint from the console: IAM Identity Center, Settings, Automatic provisioning.",
  });
}
