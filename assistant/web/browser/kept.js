// What this browser keeps of what was chosen for answers goes to the server when the page loads.
(session) => [session, JSON.stringify({ length: localStorage.getItem("length"), model: localStorage.getItem("model") })]
