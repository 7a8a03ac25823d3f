// The bar with which a page of this service signs in: by name and password, by a system's identifier and secret, or by a token
// that is there already. Must not keep anything: tokens live in this page's memory alone, and a reload forgets them.
'use strict';
var SignIn = (() => {
  const TOKEN = '/api/v1/auth/token';
  const REVOKE = '/api/v1/auth/revoke';
  const ME = '/api/v1/me';
  /** Seconds before its end at which an access token is replaced. */
  const EARLY = 60;

  const KINDS = {
    password: {
      vi: 'Người dùng', en: 'Person', fields: [
        ['username', 'Tên đăng nhập', 'User name', 'text', 'username'],
        ['password', 'Mật khẩu', 'Password', 'password', 'current-password'],
        ['otp', 'Mã xác thực (nếu có)', 'One-time code (if any)', 'text', 'one-time-code'],
      ],
    },
    client_credentials: {
      vi: 'Hệ thống', en: 'System', fields: [
        ['client_id', 'Mã hệ thống', 'Client identifier', 'text', 'off'],
        ['client_secret', 'Khóa bí mật', 'Client secret', 'password', 'off'],
      ],
    },
    token: {
      vi: 'Mã truy cập', en: 'Token', fields: [['access_token', 'Mã truy cập', 'Access token', 'password', 'off']],
    },
  };

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const english = (text) => element('span', { lang: 'en' }, text);

  class Refused extends Error {}

  /** What the service answers to a token request; throws what it says against it. */
  const requested = async (parameters) => {
    const body = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
    // A browser that may send credentials of its own asks for a password in a window of its own where these are refused.
    const reply = await fetch(TOKEN, { method: 'POST', body, credentials: 'omit' });
    const answer = await reply.json();
    if (!reply.ok) throw new Refused(answer.error_description ?? answer.detail ?? answer.title ?? `HTTP ${reply.status}`);
    return answer;
  };

  const whoHas = async (token) => {
    const reply = await fetch(ME, { headers: { authorization: `Bearer ${token}` } });
    const answer = await reply.json();
    if (!reply.ok) throw new Refused(answer.detail ?? answer.title ?? `HTTP ${reply.status}`);
    return answer;
  };

  /** Puts the bar into `host`; `onToken` is called with each new access token, and with null when there is none any more. */
  const mount = (host, onToken) => {
    let session = null; // {me, refresh, timer}
    let kind = 'password';

    const message = element('output', { class: 'sign-in-message', role: 'status' });
    const fields = element('div', { class: 'sign-in-fields' });
    const submit = element('button', { type: 'submit' }, 'Đăng nhập ', english('Sign in'));
    const kinds = element('select', { 'aria-label': 'Cách đăng nhập / How to sign in' });
    for (const [value, { vi, en }] of Object.entries(KINDS)) kinds.append(element('option', { value }, `${vi} · ${en}`));
    const form = element('form', { class: 'sign-in-form' }, kinds, fields, submit);
    const who = element('span', { class: 'sign-in-who' });
    const leave = element('button', { type: 'button' }, 'Đăng xuất ', english('Sign out'));
    const inside = element('div', { class: 'sign-in-inside', hidden: '' }, who, leave);
    host.classList.add('sign-in');
    host.append(element('a', { class: 'sign-in-home', href: '/' }, 'Hải Đăng'), form, inside, message);

    const asks = () => {
      fields.replaceChildren(...KINDS[kind].fields.map(([name, vi, en, type, autocomplete]) => {
        const input = element('input', { name, type, autocomplete, placeholder: vi, 'aria-label': `${vi} / ${en}`, title: en, spellcheck: 'false' });
        input.required = name !== 'otp';
        return input;
      }));
    };
    const tell = (text, isFault = false) => {
      message.textContent = text;
      message.classList.toggle('is-fault', isFault);
    };
    const shown = () => {
      form.hidden = session !== null;
      inside.hidden = session === null;
      if (session !== null) {
        const { login, agency, roles } = session.me;
        who.replaceChildren(element('strong', {}, login), ` ${[agency, roles.join(', ')].filter(Boolean).join(' · ')}`);
      }
    };
    const end = (text = '', isFault = false) => {
      clearTimeout(session?.timer);
      session = null;
      onToken(null);
      shown();
      tell(text, isFault);
    };
    const keeps = (answer) => {
      clearTimeout(session.timer);
      session.refresh = answer.refresh_token ?? null;
      onToken(answer.access_token);
      if (answer.expires_in === undefined) return;
      const wait = Math.max(answer.expires_in - EARLY, 1) * 1000;
      session.timer = setTimeout(session.refresh === null ? () => end('Phiên đã hết hạn. / The token has ended.', true) : carryOn, wait);
    };
    const carryOn = async () => {
      const mine = session;
      try {
        const answer = await requested({ grant_type: 'refresh_token', refresh_token: mine.refresh });
        if (session === mine) keeps(answer);
      } catch (fault) {
        if (session === mine) end(fault.message, true);
      }
    };

    kinds.addEventListener('change', () => {
      kind = kinds.value;
      asks();
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      submit.disabled = true;
      tell('…');
      const given = Object.fromEntries(new FormData(form));
      try {
        const answer = kind === 'token' ? { access_token: given.access_token.trim() } : await requested({ grant_type: kind, ...given });
        session = { me: await whoHas(answer.access_token) };
        keeps(answer);
        asks(); // what was typed is not left in the page
        shown();
        tell('');
      } catch (fault) {
        tell(fault.message, true);
      } finally {
        submit.disabled = false;
      }
    });
    leave.addEventListener('click', async () => {
      const { refresh } = session;
      end();
      // The token that was given by hand, or to a system, has no session to end.
      if (refresh === null) return;
      try {
        const reply = await fetch(REVOKE, { method: 'POST', body: new URLSearchParams({ token: refresh }), credentials: 'omit' });
        await reply.text();
        if (!reply.ok) tell(`HTTP ${reply.status}`, true);
      } catch (fault) {
        tell(fault.message, true);
      }
    });
    asks();
    shown();
  };

  return { mount };
})();
