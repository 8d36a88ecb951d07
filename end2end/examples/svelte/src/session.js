/** Who is signed in to this product: its own server says so, and signs the token. */
export const fetchSession = async () => (await fetch("/session")).json();

/** A new token, when the last one is over. */
export const getToken = async () => (await fetchSession()).userToken;
