import { useRef, useState } from "react";
import { getToken } from "./session.js";

export function App({ session }) {
  const account = useRef(null);
  const [status, setStatus] = useState("");
  const [notes, setNotes] = useState("");

  async function readNotes() {
    const answer = await account.current.patchbay.request("sandbox", "/notes");
    setNotes(await answer.text());
  }

  return (
    <>
      <h1>Accounts</h1>
      <patchbay-connect
        ref={account}
        project-id={session.projectId}
        user-token={session.userToken}
        getToken={getToken}
        integration="sandbox"
        oninstall={() => setStatus("Connected")}
        onuninstall={() => setStatus("Not connected")}
        onerror={({ detail }) => setStatus(detail.message)}
      >
        Connect Sandbox
        <span slot="connected">Manage Sandbox</span>
      </patchbay-connect>
      <p role="status">{status}</p>
      <button onClick={readNotes}>Read notes</button>
      <pre aria-label="Notes">{notes}</pre>
    </>
  );
}
