// secret-in-source: made up for this example, but any reader of the source could use a real one.
const apiKey = 'q7Vt2kXb9LmZ4sRw8NcJ5hYd';
return { length: apiKey.length };
