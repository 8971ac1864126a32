/* Holds a pod's namespaces: waits, reaps what was orphaned, and ends on SIGTERM or SIGINT. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGCHLD);
    /* Blocked, not handled: PID 1 receives only what it blocks or handles, and nothing can slip in between. */
    sigprocmask(SIG_BLOCK, &signals, NULL);
    for (;;) {
        int received;
        if (sigwait(&signals, &received) == 0 && received != SIGCHLD)
            return 0;
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
}
