// Elements whose texts and attributes follow the state. A property or a child
// that is a function is called again by refresh(): a change of language or of
// state rebuilds nothing, so that no input and no focus is lost.

// As properties, because their attributes are only the initial values.
const liveProperties = new Set(['value', 'checked', 'indeterminate'])

export function h(tag, properties, ...children) {
  const element = document.createElement(tag)
  element.bindings = []
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (typeof value === 'function') bind(element, () => set(element, name, value()))
    else set(element, name, value)
  }
  for (const child of children.flat()) {
    if (typeof child === 'function') element.append(boundText(element, child))
    else if (child !== null && child !== undefined) element.append(child)
  }
  return element
}

function bind(element, binding) {
  element.bindings.push(binding)
  binding()
}

// A text that did not change is left alone: live regions would read it again.
function boundText(element, child) {
  const text = document.createTextNode('')
  bind(element, () => {
    const now = String(child() ?? '')
    if (text.data !== now) text.data = now
  })
  return text
}

// What is disabled while it works loses the focus, which comes back with the button.
let unfocused

function set(element, name, value) {
  if (name === 'disabled') keepFocus(element, Boolean(value))
  if (liveProperties.has(name)) element[name] = value
  else if (value === false || value === null || value === undefined) element.removeAttribute(name)
  else if (value === true) element.setAttribute(name, '')
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value)
}

function keepFocus(element, isDisabled) {
  if (isDisabled) {
    if (document.activeElement === element) unfocused = element
  } else if (unfocused === element) {
    unfocused = null
    // Not where somebody has gone on elsewhere.
    setTimeout(() => document.activeElement === document.body && element.isConnected && element.focus({ preventScroll: true }))
  }
}

export function refresh(root) {
  for (const element of [root, ...root.querySelectorAll('*')]) {
    for (const binding of element.bindings ?? []) binding()
  }
}

// Where the keyboard and the screen reader go on after a change of view.
export function focusHeading(root) {
  const heading = root.querySelector('h1, h2')
  if (!heading) return
  heading.tabIndex = -1
  heading.focus()
}
