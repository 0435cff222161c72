! Arrays, allocation and derived types of Fortran.
module shapes
  implicit none
  type :: point
    real(8) :: x, y
    character(len=4) :: name
  end type
contains
  function total(values) result(answer)
    real(8), intent(in) :: values(:, :)
    real(8) :: answer
    answer = sum(values * 2.0d0) + maxval(values(:, 1))
  end function

  subroutine fill(points, count)
    type(point), allocatable, intent(out) :: points(:)
    integer, intent(in) :: count
    integer :: i
    allocate (points(count))
    do i = 1, count
      points(i) = point(i, -i, 'p')
    end do
  end subroutine

  recursive pure function factorial(n) result(answer)
    integer(8), intent(in) :: n
    integer(8) :: answer
    answer = 1
    if (n > 1) answer = n * factorial(n - 1)
  end function
end module
