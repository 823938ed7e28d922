/** What the editor names as the source of our problems, and how a view tells them from others. */
export const diagnosticSource = 'tavora';
