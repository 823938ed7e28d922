import { journey } from './journey';

describe('the Sessions view', () => {
  const here = journey();

  it('says that nobody has asked the server yet, and asks it when the person wants', async () => {
    const { workbench } = here;
    await workbench.container('Tavora');
    await workbench.view('Chat').fold();
    await workbench.view('Agents').fold();
    await workbench.view('Sessions').unfold();
    const { page } = workbench;
    await page.getByText('Not connected yet.').waitFor();
    await workbench.picture('sessions-unread');
    await page.getByRole('button', { name: 'Show Sessions' }).click();
    await page.getByText('Sessions appear here after the first chat.').waitFor();
    await page.getByRole('button', { name: 'Chat with Agent' }).waitFor();
    await workbench.picture('sessions-empty');
  });
});
