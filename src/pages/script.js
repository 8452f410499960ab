
for (const button of document.querySelectorAll('button[data-copies]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copies).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Not allowed';
    }
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}
const live = document.getElementById('live');
if (live) {
  const say = (state, text) => {
    if (live.textContent !== text) live.textContent = text;
    live.dataset.state = state;
  };
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch('/live', { cache: 'no-store' });
      if (answer.ok) say('up', await answer.text());
    } catch {
      say('down', 'This server does not answer.');
    }
  }, 3000);
}
