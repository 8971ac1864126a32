/** The only file that knows the template library; every value is escaped unless it is SafeHtml itself. */
export { html } from '@remix-run/html-template';
export type { SafeHtml } from '@remix-run/html-template';
