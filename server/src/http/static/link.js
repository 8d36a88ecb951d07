// What stands behind `#` is exchanged for a cookie and forgotten. The page then names whom the link
// is for. In its place goes what the page says of a link that cannot be used.
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname + location.search);

function over() {
  document.getElementById("opening").hidden = true;
  document.getElementById("over").hidden = false;
}

async function open() {
  const answer = await fetch(`${location.pathname}/open`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.reload();
  else over();
}

// Where it has been exchanged already, the page asks, and has no need of it.
const opening = document.getElementById("opening");
if (opening) {
  opening.hidden = false;
  if (token) open().catch(over);
  else over();
}
