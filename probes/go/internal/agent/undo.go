package agent

import (
	"errors"
	"slices"
	"sync"
)

// undoList is what must be put back. No deed is done any more once it has been.
type undoList struct {
	mutex sync.Mutex
	undos []func() // in the order in which they were registered
	over  bool
}

// do registers the undo before the deed; what is put back meanwhile waits for the deed, so that it can't come too early.
func (u *undoList) do(undo func(), deed func() error) error {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	if u.over {
		return errors.New("the agent has put everything back, and is about to end")
	}
	u.undos = append(u.undos, undo)
	return deed()
}

// revert undoes what is in force, the last first.
func (u *undoList) revert() {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.over = true
	for _, undo := range slices.Backward(u.undos) {
		undo()
	}
	u.undos = nil
}
