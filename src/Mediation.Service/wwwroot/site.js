// Comfort only: every page works without it.
(() => {
  'use strict';
  document.querySelector('.error-summary')?.focus();
  document.querySelectorAll('form[method="post"]').forEach(form => form.addEventListener('submit', event => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'true';
  }));
  // Back from the browser's memory the form can be sent again.
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));
  document.querySelectorAll('[data-print]').forEach(button => {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  });
  const move = step => {
    const links = [...document.querySelectorAll('table.list tbody tr')].map(row => row.querySelector('a')).filter(Boolean);
    const at = links.findIndex(link => link.closest('tr').contains(document.activeElement));
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  };
  const keys = {
    '/': () => {
      const search = document.getElementById('f-q');
      search?.closest('details')?.setAttribute('open', '');
      search?.focus();
    },
    j: () => move(1),
    k: () => move(-1),
    '?': () => {
      const help = document.getElementById('keys');
      help?.toggleAttribute('open');
      help?.querySelector('summary').focus();
    },
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '') && document.activeElement.type !== 'checkbox') return;
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
