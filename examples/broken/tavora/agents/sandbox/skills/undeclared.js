// undeclared-capability: agent.jsonc does not list "search".
const rows = search(args.question, { limit: 3 });
return rows.map((row) => row.content);
