/* Coming events are counted from the day of the newest story, since a page that is built asks no clock. What is over by the reader's
   own day leaves the list of coming events, and goes to the top of the past ones where the page has them. */
"use strict";
{
  const now = new Date();
  const today = new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  const past = document.querySelector("[data-past] ul");
  for (const coming of document.querySelectorAll("[data-coming]")) {
    for (const event of coming.querySelectorAll("[data-last-day]")) {
      if (event.dataset.lastDay >= today) continue;
      if (past) past.prepend(event);
      else event.remove();
    }
    if (!coming.querySelector("[data-last-day]")) {
      coming.querySelector("ul")?.remove();
      coming.querySelector("p.nr-empty").hidden = false;
    }
  }
}
