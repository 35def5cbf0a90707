import { moment } from './format.js';
import { keepName, lastName, operatorAt, signIn, signInByProxy, signOut } from './operator.js';
import { h } from './render.js';
import { text } from './texts.js';

/**
 * Who acts, as an element shows it: signed in, a form to sign in with, or why nobody can. Where anyone may act it asks for a name.
 */
export class OperatorBar {
  #isOpen = false;
  #isBusy = false;
  #problem = '';
  /** As it is being typed. */
  #typed;
  #update;

  /** @param update draws the element anew */
  constructor(update) {
    this.#update = update;
  }

  /** What a command of the person who is here carries; `undefined` where it must not be sent. @param actors as `list` answers */
  credentials(actors) {
    if (actors === undefined) return undefined;
    if (actors.who === 'anyone') return lastName() === '' ? undefined : { user: lastName() };
    const operator = operatorAt(actors.node);
    return operator && { session: operator.session };
  }

  /** Nothing here can be done by anybody who looks at it now. */
  isViewOnly(actors) {
    return actors === undefined || (actors.who === 'operators' && operatorAt(actors.node) === undefined);
  }

  view(actors) {
    if (actors === undefined) return null;
    if (actors.who === 'anyone') return this.#name();
    if (actors.proxy) signInByProxy(actors.node);
    const operator = operatorAt(actors.node);
    if (operator !== undefined) return this.#signedIn(actors, operator);
    if (!actors.pins && !actors.proxy) return h('p', { class: 'operator quiet' }, text('operator.none'));
    return this.#isOpen ? this.#form(actors) : this.#closed();
  }

  #name() {
    const type = (event) => (this.#typed = event.target.value);
    const change = () => keepName((this.#typed ?? '').trim());
    return h('label', { class: 'operator' }, text('operator.yourName'), h('input', { type: 'text', class: 'name', maxlength: 64, value: this.#typed ?? lastName(), oninput: type, onchange: change, autocomplete: 'off' })); // prettier-ignore
  }

  #signedIn({ node }, { user, until, known }) {
    const told = text(known === 'proxy' ? 'operator.byProxy' : 'operator.signedIn', { user, until: moment(until) });
    return h('div', { class: 'operator' }, h('span', {}, told), known !== 'proxy' && h('button', { type: 'button', onclick: () => signOut(node) }, text('operator.signOut'))); // prettier-ignore
  }

  #closed() {
    const open = () => {
      this.#isOpen = true;
      this.#update();
    };
    return h('div', { class: 'operator' }, h('span', { class: 'quiet' }, text('operator.viewOnly')), h('button', { type: 'button', onclick: open }, text('operator.signIn'))); // prettier-ignore
  }

  #form({ node }) {
    const send = async (event) => {
      event.preventDefault();
      if (this.#isBusy) return;
      const { user, pin } = event.target.elements;
      this.#isBusy = true;
      this.#update();
      this.#problem = (await signIn(node, user.value, pin.value)) ?? '';
      this.#isBusy = false;
      this.#isOpen = this.#problem !== '';
      pin.value = '';
      this.#update();
    };
    const type = (event) => (this.#typed = event.target.value);
    const close = () => {
      this.#isOpen = false;
      this.#problem = '';
      this.#update();
    };
    return h(
      'form',
      { class: 'operator sign-in', onsubmit: send },
      h('label', {}, text('operator.name'), h('input', { type: 'text', name: 'user', maxlength: 64, required: true, autocomplete: 'username', value: this.#typed ?? lastName(), oninput: type })), // prettier-ignore
      h('label', {}, text('operator.pin'), h('input', { type: 'password', name: 'pin', maxlength: 64, required: true, autocomplete: 'current-password' })), // prettier-ignore
      h('button', { type: 'submit', disabled: this.#isBusy }, text(this.#isBusy ? 'operator.checking' : 'operator.signIn')), // prettier-ignore
      h('button', { type: 'button', onclick: close }, text('operator.cancel')),
      this.#problem !== '' && h('p', { class: 'problem', role: 'alert' }, this.#problem),
    );
  }
}
