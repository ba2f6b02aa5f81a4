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
  // What is typed is kept on the server every ten seconds; without this script it is kept when the form is sent.
  document.querySelectorAll('form[data-draft]').forEach(form => {
    const note = form.querySelector('[data-draft-note]');
    let timer, asking;
    const later = () => { timer ??= setTimeout(save, 10_000); };
    const save = async () => {
      timer = undefined;
      const body = new URLSearchParams(new FormData(form));
      body.set('draft', form.dataset.draft);
      asking = new AbortController();
      try {
        const kept = (await fetch('/drafts', { method: 'POST', body, redirect: 'manual', signal: asking.signal })).status === 204;
        note.textContent = kept ? `${note.dataset.kept} ${new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: 'short' })}` : note.dataset.lost;
        if (!kept) later();
      } catch {
        if (form.dataset.sent) return;
        note.textContent = note.dataset.lost;
        later();
      }
    };
    form.addEventListener('input', later);
    form.addEventListener('submit', () => {
      clearTimeout(timer);
      asking?.abort();
    });
  });
  // ISO 7064 MOD 11-2, as GB 11643 asks: what was mistyped shows before the form is sent. The service checks again.
  const isIdentity = text => {
    const number = text.replace(/\s/g, '').toUpperCase();
    if (!/^[1-9]\d{16}[\dX]$/.test(number)) return false;
    const sum = [...number].reduce((total, digit, at) => total + (digit === 'X' ? 10 : +digit) * (2 ** (17 - at) % 11), 0);
    return sum % 11 === 1;
  };
  document.querySelectorAll('[data-identity]').forEach(input => {
    const note = document.createElement('p');
    note.className = 'error';
    note.id = `${input.id}-check`;
    note.setAttribute('role', 'status');
    input.before(note);
    const about = input.getAttribute('aria-describedby') ?? '';
    const look = () => {
      const wrong = input.value.trim() !== '' && !isIdentity(input.value);
      note.textContent = wrong ? input.dataset.identity : '';
      input.setAttribute('aria-describedby', wrong ? `${about} ${note.id}`.trim() : about);
    };
    input.addEventListener('change', look);
    // While typing only once the number is whole, and at once when it has been mended.
    input.addEventListener('input', () => { if (note.textContent || input.value.replace(/\s/g, '').length >= 18) look(); });
  });
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
