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
  document.querySelector('[data-print]')?.addEventListener('click', () => window.print());
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')) return;
    const search = document.getElementById('f-q');
    if (!search) return;
    event.preventDefault();
    search.closest('details')?.setAttribute('open', '');
    search.focus();
  });
})();
