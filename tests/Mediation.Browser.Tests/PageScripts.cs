namespace Mediation.Browser.Tests;

/// <summary>What <see cref="Sweep"/> asks of a page in the browser.</summary>
internal static class PageScripts
{
    /// <summary>Every text that a reader sees or hears.</summary>
    public const string Said = """
        () => {
          const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode())
            if (!walker.currentNode.parentElement.closest('[lang]:not(html), textarea, script')) texts.push(walker.currentNode.data.trim());
          for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [data-label]'))
            for (const name of ['aria-label', 'title', 'placeholder', 'data-label'])
              if (element.hasAttribute(name)) texts.push(element.getAttribute(name).trim());
          texts.push(document.title.split(' - ')[0]);
          return [...new Set(texts)].filter(text => text.length > 0);
        }
        """;

    /// <summary>How many elements the Tab key must reach; each gets a number.</summary>
    public const string Usable = """
        () => {
          document.activeElement?.blur(); window.getSelection()?.removeAllRanges();
          return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
            .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true })
              && !(e.type === 'radio' && !e.checked && document.querySelectorAll(`[name="${e.name}"]`)[0] !== e))
            .map((e, index) => e.dataset.sweep = index).length;
        }
        """;

    /// <summary>Which of them has the focus, with a star when this is to be seen.</summary>
    public const string Focus = """
        () => {
          const e = document.activeElement;
          if (e?.dataset.sweep === undefined) return '';
          const style = getComputedStyle(e);
          const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
          return `${e.tagName} ${e.dataset.sweep}${shown ? '*' : ''}`;
        }
        """;
}
