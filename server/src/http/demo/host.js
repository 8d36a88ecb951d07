// A host application in one file. This very file runs on this page.
import { patchbay } from "/sdk/patchbay.js";

// 1. Your server signs a token for the user who is signed in to your product.
const { projectId, userToken } = await (await fetch("/demo/token")).json();
await patchbay.authenticate(projectId, userToken);

// 2. A button opens the portal. The promise resolves when it closes.
export const connect = (type) =>
  patchbay.connect(type, {
    onInstall: () => console.info(`${type} is connected`),
    onError: (error) => console.warn(error.message),
  });

// 3. What this user has connected.
export const getUser = () => patchbay.getUser();

// 4. Call the connected account. Patchbay adds the credential; nobody here sees it.
export const readNotes = async (type) =>
  (await patchbay.request(type, "/notes")).json();

// 5. And let go of it.
export const disconnect = (type) => patchbay.uninstallIntegration(type);
